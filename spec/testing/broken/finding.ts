import { setImmediate as turn } from 'node:timers/promises';
import type { MemoryStore } from 'frontier-token';
import type { BrokenStore } from './broken.js';

type Found = Awaited<ReturnType<MemoryStore['findCredential']>>;

/** A bug in what `findCredential` gives. */
const finds =
  (bug: (found: NonNullable<Found>) => object) =>
  (real: MemoryStore): object => ({
    findCredential: async (id: string) => {
      const found = await real.findCredential(id);
      return found && bug(found);
    },
  });

/** A bug in how ids are compared: the id that is stored for this one, if any. */
const spells = (spelling: (id: string, stored: string[]) => string | undefined) => (real: MemoryStore) => ({
  findCredential: async (id: string) => {
    const accounts = await real.listAccounts();
    const credentials = (await Promise.all(accounts.map((each) => real.listCredentials(each.id)))).flat();
    const stored = spelling(
      id,
      credentials.map((each) => each.id),
    );
    return stored === undefined ? undefined : real.findCredential(stored);
  },
});

const collates = (options: Intl.CollatorOptions) => {
  const { compare } = new Intl.Collator('en', options);
  return spells((id, stored) => stored.find((each) => compare(each, id) === 0));
};

/** SQL's LIKE. */
const like = (id: string) =>
  new RegExp(
    `^${id
      .replace(/[^\w%-]/gu, '\\\\$&')
      .replace(/%/g, '.*')
      .replace(/_/g, '.')}$`,
    's',
  );

const toSeconds = (date: Date) => new Date(Math.floor(date.getTime() / 1000) * 1000);
const hourLater = (date: Date) => new Date(date.getTime() + 3_600_000);
const nulls = { title: null, expiresAt: null, revokedAt: null };

/** What can be wrong with `findCredential`. */
export const finding: BrokenStore[] = [
  [
    'has no account',
    finds((found) => ({ ...found, account: undefined })),
    'finds a client secret by its id, with the account that owns it, in one call',
    'finds a public key by its id, with its JWK and the account that owns it, in one call',
  ],
  [
    'loses the hash',
    finds((found) => ({ ...found, secretHash: undefined })),
    'finds a client secret by its id, with the account that owns it, in one call',
  ],
  ...(
    [
      ['in small letters', (hash) => hash.toLowerCase()],
      ['up to its second $', (hash) => hash.split('$', 2).join('$')],
      ['up to 64 characters', (hash) => hash.slice(0, 64)],
    ] as [string, (hash: string) => string][]
  ).map(([how, kept]): BrokenStore => [
    `keeps a hash ${how}`,
    finds((found) => ('secretHash' in found ? { ...found, secretHash: kept(found.secretHash) } : found)),
    'finds a client secret by its id, with the account that owns it, in one call',
  ]),
  [
    'loses the alg of a JWK',
    finds((found) => {
      if (found.type === 'public_key') delete found.publicKey.alg;
      return found;
    }),
    'finds a public key by its id, with its JWK and the account that owns it, in one call',
  ],
  [
    'finds the first credential of its account',
    (real) => ({
      findCredential: async (id: string) => {
        const found = await real.findCredential(id);
        const [first] = found ? await real.listCredentials(found.accountId) : [];
        return first && real.findCredential(first.id);
      },
    }),
    'finds each credential of accounts that have several, and never that of another account',
    'finds each public key of accounts that have secrets too, and many at once',
  ],
  [
    'keeps the id that it looks for beside the call',
    (real) => {
      let wanted: string;
      return {
        findCredential: async (id: string) => {
          wanted = id;
          await turn();
          return real.findCredential(wanted);
        },
      };
    },
    'answers many look-ups at once, each with its own credential',
  ],
  ...(
    [
      ['ignores case', collates({ sensitivity: 'accent' })],
      ['ignores accents', collates({ sensitivity: 'base' })],
      ['ignores trailing spaces', spells((id, stored) => stored.find((each) => each === id.replace(/ +$/, '')))],
      ['looks for a pattern', spells((id, stored) => stored.find((each) => like(id).test(each)))],
    ] as const
  ).map(([bug, methods]): BrokenStore => [
    bug,
    methods,
    'compares ids byte for byte: another spelling is unknown',
    'holds credentials apart whose ids differ in a byte',
  ]),
  [
    'fails for NUL, as PostgreSQL does',
    spells((id) => {
      if (id.includes('\0')) throw new Error('invalid byte sequence for encoding "UTF8": 0x00');
      return id;
    }),
    'takes any other id for unknown, whatever its length and characters, and never fails',
    'takes ids of any length and characters for unknown in every method, and never fails',
  ],
  [
    'gives null for unknown',
    (real) => ({ findCredential: async (id: string) => (await real.findCredential(id)) ?? null }),
    'takes any other id for unknown, whatever its length and characters, and never fails',
  ],
  [
    'takes every account for enabled',
    finds(({ account, ...found }) => ({ ...found, account: { ...account, state: 'enabled' } })),
    'tells a disabled account from an enabled one',
  ],
  [
    'forgets that a credential is revoked',
    finds(({ revokedAt: _, ...found }) => found),
    'finds a revoked credential with its revokedAt, or not at all',
    'finds a public key that is revoked or has expired with its date, or not at all',
  ],
  [
    'forgets when a credential expires',
    finds(({ expiresAt: _, ...found }) => found),
    'finds an expired credential with its expiresAt, or not at all',
    'finds a public key that is revoked or has expired with its date, or not at all',
    'gives the expiresAt of a credential that is still good',
    'gives the expiresAt of a credential that is still good, to the millisecond',
  ],
  ...(['revokedAt', 'expiresAt'] as const).map((name): BrokenStore => [
    `takes a ${name} of 0 for none`,
    finds(({ [name]: date, ...found }) => ({ ...found, ...(date?.getTime() && { [name]: date }) })),
    'finds what was revoked or has expired in 1970 with its date, or not at all: 0 is a date',
  ]),
  [
    'reads dates in another time zone',
    finds(({ expiresAt, ...found }) => ({ ...found, ...(expiresAt && { expiresAt: hourLater(expiresAt) }) })),
    'gives the expiresAt of a credential that is still good',
  ],
  [
    'gives dates to the second',
    finds((found) => ({
      ...found,
      createdAt: toSeconds(found.createdAt),
      ...(found.expiresAt && { expiresAt: toSeconds(found.expiresAt) }),
    })),
    'gives the createdAt of credential and account, to the millisecond',
    'gives the expiresAt of a credential that is still good, to the millisecond',
  ],
  [
    'gives dates as text',
    finds((found) => ({ ...found, createdAt: found.createdAt.toISOString() })),
    'gives the createdAt of credential and account, to the millisecond',
  ],
  [
    'gives scopes as text',
    finds(({ account, ...found }) => ({ ...found, account: { ...account, scopes: account?.scopes.join(' ') } })),
    "gives the account's scopes as an array, an empty one where it has none",
  ],
  [
    'gives metadata as text',
    finds(({ account, ...found }) => ({
      ...found,
      account: { ...account, metadata: JSON.stringify(account?.metadata) },
    })),
    "gives the account's metadata as an object",
  ],
  [
    'loses the organisation',
    finds(({ account, ...found }) => ({ ...found, account: { ...account, orgId: undefined } })),
    "gives the account's orgId",
  ],
  ['loses titles', finds(({ title: _, ...found }) => found), 'gives the titles of credential and account'],
  [
    'gives null for what is not there',
    finds((found) => ({ ...nulls, ...found })),
    'leaves optional members out where nothing is held: never null, never undefined',
    'leaves optional members of a public key out where nothing is held: never null, never undefined',
  ],
  [
    'gives the same object each time',
    (real) => {
      const cache = new Map<string, Found>();
      return {
        findCredential: async (id: string) => {
          if (!cache.has(id)) cache.set(id, await real.findCredential(id));
          return cache.get(id);
        },
      };
    },
    'gives what the caller may change, without changing the store',
    'gives a public key that the caller may change, without changing the store',
    'finds credential and account as they are now: what was found before is not kept',
    'changes what is given of a credential, and nothing else',
  ],
  ['has an empty decoy', () => ({ decoySecretHash: '' }), 'has, if any, a decoySecretHash that is a hash'],
];
