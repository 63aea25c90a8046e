import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqlKeyStore, SqlStore } from 'frontier-token/sql';
import { StoreUnavailableError } from 'frontier-token';
import { Kysely, SqliteDialect } from 'kysely';
import Database from 'libsql';

const account = (id: string) => ({ id, state: 'enabled' as const, scopes: [], createdAt: new Date() });

describe("on libsql's own Database, whose connection keeps nothing after the file was busy", () => {
  const folder = mkdtempSync(join(tmpdir(), 'frontier-token-busy-'));
  const open = (options: Database.Options = {}) => {
    const database = new Database(join(folder, 'spec.db'), options);
    return { database, db: new Kysely<unknown>({ dialect: new SqliteDialect({ database }) }) };
  };
  const other = open();
  afterAll(() => rmSync(folder, { recursive: true }));

  it('nothing is said to be kept that is not', async () => {
    const elsewhere = new SqlStore(other.db);
    await elsewhere.migrate();
    const { db } = open({ timeout: 20 });
    const store = new SqlStore(db);
    expect(await store.claim('before', new Date(Date.now() + 60_000))).toBe(true);

    other.database.exec('begin immediate');
    await expect(store.createAccount(account('a'))).rejects.toThrow(StoreUnavailableError);
    other.database.exec('commit');

    const kept = await Promise.allSettled(['b', 'c'].map((id) => store.createAccount(account(id))));
    expect(await elsewhere.listAccounts()).toHaveLength(kept.filter(({ status }) => status === 'fulfilled').length);
    await expect(new SqlStore(db).claim('jti', new Date(Date.now() + 60_000))).rejects.toThrow(StoreUnavailableError);
    expect(await elsewhere.claim('jti', new Date(Date.now() + 60_000))).toBe(true);
  });

  it('a process that never migrates waits for others too', async () => {
    const { database, db } = open();
    expect(database.pragma('busy_timeout')).toEqual([{ timeout: 0 }]);
    (await SqlKeyStore.open(db, { encryptionKey: Buffer.alloc(32), alg: 'ES256' })).close();
    expect(database.pragma('busy_timeout')).toEqual([{ timeout: 5000 }]);
  });
});
