import { CamelCasePlugin, Kysely, MysqlDialect, PostgresDialect, sql } from 'kysely';
import { createPool } from 'mysql2';
import { Pool, types } from 'pg';
import { NotFoundError } from 'frontier-token';
import { replayStoreContract, serviceAccountStoreContract } from 'frontier-token/testing';
import { SqlStore } from 'frontier-token/sql';
import { engines, onEach, pglite, type TestDatabase } from '../support/databases.js';
import { account, publicKey, secret } from '../support/records.js';

const inAnHour = () => new Date(Date.now() + 3_600_000);

onEach(engines, 'SqlStore', (database, engine) => {
  let store: SqlStore;
  beforeAll(async () => {
    store = new SqlStore(database().db);
    expect([await store.migrate(), await store.migrate()]).toEqual([[1], []]);
  });
  const emptied = async () => {
    await sql`delete from frontier_token_accounts`.execute(database().db);
    await sql`delete from frontier_token_claims`.execute(database().db);
    return store;
  };
  /** Stores of two instances, where the engine has room for a second. */
  const two = () => [store, engine === pglite ? store : new SqlStore(database().another())] as const;

  for (const { title, run } of serviceAccountStoreContract(emptied)) it(title, run);
  for (const { title, run } of replayStoreContract(emptied)) it(title, run);

  it('lists credentials in the order in which they were created', async () => {
    await emptied();
    await store.createAccount(account('robot'));
    const times = { c: 3, a: 1, d: 1, b: 2 };
    for (const [id, time] of Object.entries(times)) {
      await store.createCredential(secret(id, 'robot', { createdAt: new Date(time) }));
    }
    expect((await store.listCredentials('robot')).map(({ id }) => id)).toEqual(['a', 'd', 'b', 'c']);
  });

  it('lists accounts behind an id that no database can hold', async () => {
    await emptied();
    for (const id of ['a', 'b']) await store.createAccount(account(id));
    const behind = async (after: string) => (await store.listAccounts({ after })).map(({ id }) => id);
    expect(await behind('a\0z')).toEqual(['b']);
    expect(await behind('\0')).toEqual(['a', 'b']);
    expect(await behind('a'.repeat(300))).toEqual(['b']);
  });

  it('leaves no credential behind where its account is deleted while it is made', async () => {
    await emptied();
    const [one, other] = two();
    for (let round = 0; round < 10; round += 1) {
      await one.createAccount(account('robot'));
      const made = [1, 2, 3].map((nth) => one.createCredential(secret(`${round} ${nth}`, 'robot')));
      const [, ...outcomes] = await Promise.allSettled([other.deleteAccount('robot'), ...made]);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(NotFoundError);
      }
      await one.deleteAccount('robot');
    }
    const { rows } = await sql`select id from frontier_token_credentials`.execute(database().db);
    expect(rows).toEqual([]);
  });

  it('gives an expired claim to one of twenty that claim it at the same moment', async () => {
    const [one, other] = two();
    expect(await one.claim('taken again', new Date(Date.now() - 1))).toBe(true);
    const claims = Array.from({ length: 20 }, (_, nth) => (nth % 2 ? one : other).claim('taken again', inAnHour()));
    expect((await Promise.all(claims)).filter(Boolean)).toEqual([true]);
  });

  it('says what to call where its tables are missing', async () => {
    const bare = new SqlStore(database().db, { tablePrefix: 'no_' });
    const missing = expect.objectContaining({ message: 'a table is missing: call SqlStore.migrate() first' });
    await expect(bare.findCredential('a')).rejects.toEqual(missing);
    await expect(bare.createAccount(account('a'))).rejects.toEqual(missing);
    await expect(bare.claim('a', inAnHour())).rejects.toEqual(missing);
  });

  it("is not disturbed by the host's plugins and type parsers", async () => {
    await emptied();
    const tastes = hosts(database());
    const theirs = new SqlStore(tastes);
    const robot = account('robot', { orgId: 'acme', metadata: { a_b: 1 }, createdAt: new Date(4_102_444_800_123) });
    const key = publicKey('key', 'robot', { expiresAt: inAnHour() });
    await theirs.createAccount(robot);
    await theirs.createCredential(key);
    expect(await theirs.findCredential('key')).toEqual({ ...key, account: robot });
    expect(await theirs.updateAccount('robot', { orgId: 'acme' })).toEqual(robot);
    expect(await theirs.claim('theirs', new Date(0))).toBe(true);
    expect(await theirs.claim('theirs', inAnHour())).toBe(true);
    expect(await theirs.claim('theirs', inAnHour())).toBe(false);
    if (engine.url !== undefined) await tastes.destroy();
  });
});

/** A host that renames columns, and has drivers give 64-bit integers as `bigint` or text, and count what changed. */
function hosts({ db, url }: TestDatabase): Kysely<unknown> {
  const plugins = [new CamelCasePlugin()];
  if (url.startsWith('mysql:')) {
    const options = { supportBigNumbers: true, bigNumberStrings: true, flags: ['-FOUND_ROWS'] };
    const pool = createPool({ uri: url, ...options });
    return new Kysely({ dialect: new MysqlDialect({ pool }), plugins });
  }
  if (url.startsWith('postgres:')) {
    const getTypeParser: typeof types.getTypeParser = (id, format) =>
      id === types.builtins.INT8 ? BigInt : (types.getTypeParser(id, format) as unknown);
    const pool = new Pool({ connectionString: url, types: { getTypeParser } });
    return new Kysely({ dialect: new PostgresDialect({ pool }), plugins });
  }
  return db.withPlugin(plugins[0]!);
}
