import { constants, generateKeyPairSync, sign } from 'node:crypto';
import {
  StoreUnavailableError,
  type Credential,
  type CredentialStore,
  type KeyStore,
  type SecretCredential,
  type ServiceAccount,
} from 'frontier-token';
import { keyStoreContract } from 'frontier-token/testing';
import ts from 'typescript';
import { pglitePool } from '../support/pglite.js';
import { moduleOf } from './compile.js';
import { pages, readme, type Page } from './pages.js';

const page = (path: string): Page => pages.find((each) => each.path === path)!;

/** Runs blocks of a page as they stand, in the runner that runs this. */
function run(
  { blocks }: Page,
  which: (code: string) => boolean,
  { modules = {}, globals = {}, then = '' }: Around = {},
) {
  const code = [...blocks.filter((block) => which(block.code)), { code: then, before: 0 }];
  const { text } = moduleOf({ blocks: code, given: [] });
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
  });
  const load = (name: string): unknown => modules[name] ?? jest.requireActual(name);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the page's own code, to be run
  new Function('require', 'exports', ...Object.keys(globals), outputText)(load, {}, ...Object.values(globals));
}

/** What a page's code finds around it, and what comes behind it. */
interface Around {
  modules?: Record<string, unknown>;
  globals?: Record<string, unknown>;
  then?: string;
}

describe('docs/testing-a-host.md', () => {
  run(page('docs/testing-a-host.md'), (code) => !code.includes('await testIssuer') || code.includes('it('));
});

describe('docs/writing-an-adapter.md', () => {
  const adapter = page('docs/writing-an-adapter.md');
  let ended = 0;
  let database: Awaited<ReturnType<typeof pglitePool>>;

  /** As pg's, over PostgreSQL in this process. */
  class Pool {
    async query(text: string, values: unknown[] = []): Promise<unknown> {
      const client = await database.connect();
      try {
        return await client.query(text, values);
      } finally {
        client.release();
      }
    }

    async end(): Promise<void> {
      ended += 1;
    }
  }

  beforeAll(async () => {
    database = await pglitePool();
    const [, tables = ''] = /^```sql\n(.*?)^```$/ms.exec(adapter.text) ?? [];
    for (const table of tables.split(';').filter((each) => each.trim() !== '')) await new Pool().query(table);
  });
  afterAll(() => database.end());

  it('has an adapter of less than 30 lines', () => {
    const [complete = ''] = adapter.blocks.map(({ code }) => code).filter((code) => code.includes('class Clients'));
    expect(complete.split('\n').filter((line) => line.trim() !== '').length).toBeLessThan(30);
  });

  let clients: (pool: object) => CredentialStore;
  run(adapter, (code) => /class Clients|describe\('Clients'/.test(code), {
    modules: { pg: { Pool, DatabaseError: Error } },
    globals: { take: (given: typeof clients) => (clients = given) },
    then: 'take((pool) => new Clients(pool));',
  });

  it('has a spec that closes its pool', () => expect(ended).toBe(1));

  it.each([
    ['53300', 'too many clients already'],
    ['57P01', 'terminating connection due to administrator command'],
    ['08006', 'connection failure'],
  ])('takes an error of the code %s for an outage: %s', async (code, message) => {
    const cause = Object.assign(new Error(message), { code });
    const found = clients({ query: () => Promise.reject(cause) }).findCredential('a');
    await expect(found).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(found).rejects.toMatchObject({ cause });
  });

  it.each(['42P01', '22021', undefined])('takes an error of the code %s for a bug', async (code) => {
    const cause = Object.assign(new Error('relation does not exist'), { code });
    await expect(clients({ query: () => Promise.reject(cause) }).findCredential('a')).rejects.toBe(cause);
  });

  const keys = new Map<string, object>();
  const fill = async (accounts: ServiceAccount[], credentials: Credential[]) => {
    const disabled = new Set(accounts.filter(({ state }) => state === 'disabled').map(({ id }) => id));
    for (const { id, accountId: owner, createdAt: created_at, ...proof } of credentials) {
      const { secretHash: secret_hash } = proof as SecretCredential;
      keys.set(id, { client_id: id, owner, disabled: disabled.has(owner), secret_hash, created_at });
    }
  };
  run(adapter, (code) => code.includes('apiKeys'), {
    globals: { fill, db: { findOne: async (_: string, [id = '']: string[]) => structuredClone(keys.get(id)) } },
  });
});

describe('README.md', () => {
  const [key = ''] = readme.blocks.map(({ code }) => code).filter((code) => code.includes('managedKey'));
  const { outputText } = ts.transpileModule(`${key}\nreturn managedKey;`, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kms = {
    publicJwk: async () => publicKey.export({ format: 'jwk' }),
    sign: async (_: string, data: Uint8Array) =>
      sign('sha256', data, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the page's own code, to be run
  const managedKey = new Function('exports', 'kms', `return (async () => {${outputText}})()`);

  for (const { title, run } of keyStoreContract(() => managedKey({}, kms) as Promise<KeyStore>)) it(title, run);
});
