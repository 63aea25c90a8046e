import { AssertionError } from 'node:assert';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import timers, { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { MemoryStore, StaticKeyStore, type KeyStore, type ReplayStore } from 'frontier-token';
import {
  credentialStoreContract,
  keyStoreContract,
  replayStoreContract,
  serviceAccountStoreContract,
  type ContractRule,
  type HeldRecords,
} from 'frontier-token/testing';

const keyStore = StaticKeyStore.generate({ alg: 'ES256' });

async function holding({ accounts, credentials }: HeldRecords): Promise<MemoryStore> {
  const store = new MemoryStore();
  for (const each of accounts) await store.createAccount(each);
  for (const each of credentials) await store.createCredential(each);
  return store;
}

/** How long rules take where each call does, by count: no machine is too slow for it. */
class Calls {
  /** How many came one after the other. Those that are made at once are one step. */
  private steps = 0;

  async step(): Promise<void> {
    const place = this.steps + 1;
    await turnOfTheLoop();
    this.steps = Math.max(this.steps, place);
  }

  /** Of the rule that takes longest, what it waits itself included. */
  async longest(rules: readonly ContractRule[], msPerStep: number): Promise<number> {
    const waiting = jest.spyOn(timers, 'setTimeout');
    let longest = 0;
    for (const { run } of rules) {
      this.steps = 0;
      waiting.mockClear();
      await run();
      const waited = waiting.mock.calls.reduce((sum, [ms = 0]) => sum + Math.max(0, ms), 0);
      longest = Math.max(longest, msPerStep * this.steps + waited);
    }
    waiting.mockRestore();
    expect(longest).toBeGreaterThanOrEqual(msPerStep);
    return longest;
  }
}

/** Begun at once: it waits four seconds for a store that is silent. */
let underNodeTest: Promise<string>;
beforeAll(() => {
  const script = join(__dirname, 'under-node-test.mjs');
  underNodeTest = new Promise((resolve) => {
    execFile(process.execPath, ['--test-reporter=tap', script], (_, stdout) => resolve(stdout));
  });
});

/** Each contract over stores that are right; `made` is told of each store. */
const contracts: [string, (made: <T extends object>(store: T) => T) => readonly ContractRule[]][] = [
  ['credentialStoreContract', (made) => credentialStoreContract(async (held) => made(await holding(held)))],
  ['serviceAccountStoreContract', (made) => serviceAccountStoreContract(() => made(new MemoryStore()))],
  ['keyStoreContract', (made) => keyStoreContract(async () => made<KeyStore>(await keyStore))],
  ['replayStoreContract', (made) => replayStoreContract(async () => made<ReplayStore>(new MemoryStore()))],
];

describe.each(contracts)('%s', (_, contract) => {
  it('gives rules with a title of their own and a run without arguments, which any runner takes', () => {
    const rules = contract((store) => store);
    expect(Array.isArray(rules)).toBe(true);
    expect(rules.map((rule) => Object.keys(rule))).toEqual(rules.map(() => ['title', 'run']));
    expect(rules.map(({ run }) => run.length)).toEqual(rules.map(() => 0));
    expect(new Set(rules.map(({ title }) => title)).size).toBe(rules.length);
  });

  it('makes a store for each rule that runs, and none before', async () => {
    let made = 0;
    const rules = contract((store) => {
      made += 1;
      return store;
    });
    expect(made).toBe(0);
    const [first] = rules;
    await first!.run();
    await first!.run();
    expect(made).toBe(2);
    await Promise.all(rules.map(({ run }) => run()));
    expect(made).toBe(2 + rules.length);
  });

  it('is kept by a store that is 50 ms away, each rule in less than four seconds', async () => {
    const calls = new Calls();
    const away = <T extends object>(store: T): T =>
      new Proxy(store, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name);
          if (typeof member !== 'function') return member;
          return async (...args: unknown[]) => {
            await calls.step();
            return Reflect.apply(member, target, args) as unknown;
          };
        },
      });
    expect(await calls.longest(contract(away), 50)).toBeLessThan(4000);
  });
});

describe('keyStoreContract', () => {
  const kms = (signing: (data: Uint8Array) => Promise<void>) =>
    keyStoreContract(async () => {
      const store = await keyStore;
      const key = await store.signingKey();
      const sign = (data: Uint8Array) => signing(data).then(() => key.sign(data));
      return { signingKey: async () => ({ ...key, sign }), publicKeys: () => store.publicKeys() };
    });

  it('is kept by a KMS that takes 600 ms for a signature, each rule in less than four seconds', async () => {
    const calls = new Calls();
    const rules = kms(() => calls.step());
    expect(await calls.longest(rules, 600)).toBeLessThan(4000);
  });

  it('says what to do where a KMS takes 4096 bytes at most', async () => {
    const limited = kms(async ({ length }) => {
      if (length > 4096) throw new Error('Message must be at most 4096 bytes');
    });
    const outcomes = await Promise.allSettled(limited.map(({ run }) => run()));
    const failures = outcomes.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
    expect(failures).toEqual([expect.stringMatching(/hash first.*\n.*must be at most 4096 bytes/)]);
  });
});

describe('a rule that fails', () => {
  const failureOf = async ([rule]: readonly ContractRule[]): Promise<AssertionError> => {
    const failure: unknown = await rule!.run().catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(AssertionError);
    return failure as AssertionError;
  };
  const down = new Error('connect ECONNREFUSED');

  it('says what is promised, what was expected and what came', async () => {
    const { message, actual, expected } = await failureOf(replayStoreContract(() => ({ claim: async () => false })));
    expect(message).toBe('the first claim of an id is true\n  expected: true\n  got:      false');
    expect([actual, expected]).toEqual([false, true]);
  });

  it.each<[string, readonly ContractRule[], string]>([
    ['a method', replayStoreContract(() => ({ claim: () => Promise.reject(down) })), 'claim() failed with Error: '],
    [
      'a method of the store that is filled',
      serviceAccountStoreContract(() =>
        Object.assign(new MemoryStore(), { createAccount: () => Promise.reject(down) }),
      ),
      'createAccount() failed with Error: ',
    ],
    ['the factory', replayStoreContract(() => Promise.reject(down)), 'the factory failed with Error: '],
  ])('says that %s failed, and why', async (_, contract, says) => {
    const { message, cause } = await failureOf(contract);
    expect(message).toBe(`${contract[0]!.title}: ${says}connect ECONNREFUSED`);
    expect(cause).toBe(down);
  });

  it.each<[string, readonly ContractRule[]]>([
    ['no store', replayStoreContract(() => undefined as never)],
    ['no store that could be filled', serviceAccountStoreContract(async () => undefined as never)],
  ])('says that the factory gave %s', async (_, contract) => {
    const { message } = await failureOf(contract);
    expect(message).toBe('the factory must give a store: does it return it?\n  got:      undefined');
  });

  it('shows in one line whatever came', async () => {
    const got = Array.from({ length: 30 }, (_, index) => ({ index, tags: ['a', { nested: 'x'.repeat(50) }] }));
    const { message } = await failureOf(replayStoreContract(() => ({ claim: async () => got as never })));
    expect(message.split('\n')).toEqual(['claim gives true or false, nothing else', expect.stringMatching(/^ +got: /)]);
  });

  it('says which method is missing', async () => {
    const { message } = await failureOf(credentialStoreContract(() => ({}) as MemoryStore));
    expect(message).toContain('findCredential is not a function');
  });
});

describe('under node:test', () => {
  it('the rules pass and fail as they should, one that gets no answer too', async () => {
    const tap = await underNodeTest;
    const failed = [...tap.matchAll(/^ +not ok \d+ - (\w+): /gm)].map(([, which]) => which);
    expect(failed).toEqual(['wrong', 'silent']);
    expect(tap).toContain('claim gives true or false, nothing else');
    expect(tap).toContain('claim() gave no answer in 4 seconds');
    expect(tap).toMatch(/^# pass [6-9]\d\n# fail 2$/m);
  }, 60_000);
});
