import {
  Kysely,
  MssqlAdapter,
  MssqlQueryCompiler,
  MysqlDialect,
  DummyDriver,
  MssqlIntrospector,
  sql,
  type CompiledQuery,
} from 'kysely';
import { createPool } from 'mysql2';
import { NotFoundError } from 'frontier-token';
import { SqlStore, type SqlStoreOptions } from 'frontier-token/sql';
import { mysql, onEach, sqlite } from '../support/databases.js';
import { account, publicKey, secret } from '../support/records.js';

const NEVER = new Date(NaN);

onEach([sqlite], 'SqlStore', (database) => {
  const statements: CompiledQuery[] = [];
  let store: SqlStore;
  beforeAll(async () => {
    store = new SqlStore(database().another(({ query }) => void statements.push(query)));
    await store.migrate();
    await store.createAccount(account('robot'));
    statements.length = 0;
  });

  it.each<[string, (given: SqlStore) => Promise<unknown>]>([
    ['id', (given) => given.createAccount(account('a'.repeat(256)))],
    ['id', (given) => given.createAccount(account('a\0'))],
    ['id', (given) => given.createAccount(account('\ud800'))],
    ['title', (given) => given.createAccount(account('a', { title: 'a\0' }))],
    ['orgId', (given) => given.createAccount(account('a', { orgId: '\udfff' }))],
    ['createdAt', (given) => given.createAccount(account('a', { createdAt: NEVER }))],
    ['title', (given) => given.updateAccount('robot', { title: 'a\0' })],
    ['id', (given) => given.createCredential(secret('a'.repeat(256), 'robot'))],
    ['secretHash', (given) => given.createCredential(secret('a', 'robot', { secretHash: '\0' }))],
    ['title', (given) => given.createCredential(secret('a', 'robot', { title: '\ud800' }))],
    ['createdAt', (given) => given.createCredential(publicKey('a', 'robot', { createdAt: NEVER }))],
    ['expiresAt', (given) => given.createCredential(publicKey('a', 'robot', { expiresAt: NEVER }))],
    ['revokedAt', (given) => given.updateCredential('a', { revokedAt: NEVER })],
    ['expiresAt', (given) => given.claim('a', NEVER)],
  ])('takes no %s that a database does not hold as it is, and asks none (%#)', async (member, call) => {
    await expect(call(store)).rejects.toThrow(TypeError);
    await expect(call(store)).rejects.toThrow(`SqlStore: ${member} must be a`);
    expect(statements).toEqual([]);
  });

  it('takes no credential of an account whose id no database can hold', async () => {
    await expect(store.createCredential(secret('a', 'a\0'))).rejects.toThrow(NotFoundError);
    expect(statements).toEqual([]);
  });

  it('asks nothing about ids that no database can hold', async () => {
    const id = 'a\0';
    const answers = [store.findAccount(id), store.findCredential(id), store.listCredentials(id)];
    const changes = [store.updateAccount(id, { title: 'a' }), store.updateCredential(id, {}), store.deleteAccount(id)];
    expect(await Promise.all(answers)).toEqual([undefined, undefined, []]);
    expect(await Promise.all(changes)).toEqual([undefined, undefined, false]);
    expect(statements).toEqual([]);
  });

  it.each<[unknown, unknown, string]>([
    [undefined, {}, 'SqlStore: db must be a Kysely instance, but got undefined'],
    [{ query: () => undefined }, {}, 'SqlStore: db must be a Kysely instance, but got an object'],
    [mssql(), {}, 'the database must speak the SQL of PostgreSQL, MySQL (MariaDB) or SQLite'],
    ['a database', null, 'SqlStore must be an object, but got null'],
    ['a database', { prefix: 'a_' }, "SqlStore: option 'prefix' must be left out: it is unknown (known: tablePrefix)"],
    ['a database', { tablePrefix: 'A_' }, "SqlStore: option 'tablePrefix' must be at most 40 lower-case letters"],
    ['a database', { tablePrefix: null }, "SqlStore: option 'tablePrefix' must be"],
  ])('is not made of %p and %p', (given, options, message) => {
    const db = given === 'a database' ? database().db : given;
    const make = () => new SqlStore(db as Kysely<unknown>, options as SqlStoreOptions);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});

onEach([mysql], 'SqlStore', (database) => {
  const bare = "set session sql_mode = 'NO_BACKSLASH_ESCAPES'";

  it('asks no database in whose mode mysql2 does not escape values safely', async () => {
    const pool = createPool({ uri: database().url });
    pool.on('connection', (connection) => connection.query(bare));
    const db = new Kysely({ dialect: new MysqlDialect({ pool }) });
    const store = new SqlStore(db);
    for (const call of [
      () => store.migrate(),
      () => store.findCredential('a'),
      () => store.createAccount(account('a')),
    ]) {
      await expect(call()).rejects.toThrow('NO_BACKSLASH_ESCAPES');
    }
    await db.destroy();
  });

  it('takes no client id for SQL where the mode changes later', async () => {
    const pool = createPool({ uri: database().url, connectionLimit: 1 });
    const db = new Kysely({ dialect: new MysqlDialect({ pool }) });
    const store = new SqlStore(db);
    await store.migrate();
    await store.createAccount(account('robot'));
    for (const id of ['key', "' or 1=1 -- ü😀"]) await store.createCredential(secret(id, 'robot'));
    await sql.raw(bare).execute(db);

    expect(await store.findCredential("' or 1=1 -- ")).toBeUndefined();
    expect(await store.findCredential("' or 1=1 -- ü😀")).toMatchObject({ id: "' or 1=1 -- ü😀" });
    await db.destroy();
  });
});

function mssql(): Kysely<unknown> {
  return new Kysely({
    dialect: {
      createAdapter: () => new MssqlAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new MssqlIntrospector(db),
      createQueryCompiler: () => new MssqlQueryCompiler(),
    },
  });
}
