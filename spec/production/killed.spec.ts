import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceAccounts } from 'frontier-token';
import { SqlKeyStore, SqlStore } from 'frontier-token/sql';
import { sql } from 'kysely';
import { mysql, onEach, postgres, sqlite } from '../support/databases.js';

/** Kills at moments spread over what one piece of work takes; by the last, a machine that is busy has done some too. */
const MOMENTS = [1, 3, 7, 12, 20, 35, 60, 500];

async function killed(work: string, url: string, after: number): Promise<void> {
  const victim = spawn(process.execPath, [join(__dirname, 'victim.mjs'), work, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(victim, 'exit');
  await Promise.race([once(victim.stdout, 'data'), ended]);
  await sleep(after);
  victim.kill('SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);
}

onEach([sqlite, postgres, mysql], 'an instance that is killed (kill -9)', (database) => {
  const prefix = 'frontier_token_';
  let store: SqlStore;
  let accounts: ServiceAccounts;

  beforeAll(async () => {
    store = new SqlStore(database().db);
    await store.migrate();
    accounts = new ServiceAccounts(store, { issuer: 'https://issuer.test' });
    await accounts.create({ id: 'robot' });
  });

  it('in createSecret leaves whole secrets, and none in part', async () => {
    for (const after of MOMENTS) await killed('createSecret', database().url, after);

    const credentials = await store.listCredentials('robot');
    expect(credentials.length).toBeGreaterThan(0);
    for (const credential of credentials) {
      expect(credential).toMatchObject({
        type: 'client_secret',
        secretHash: expect.stringMatching(/^sha256\$[\w-]{43}$/),
      });
    }
    expect(await accounts.createSecret('robot')).toHaveProperty('clientSecret');
  });

  it('in rotate leaves whole keys, one of which signs', async () => {
    for (const after of MOMENTS) await killed('rotate', database().url, after);

    const keyStore = await SqlKeyStore.open(database().db, { encryptionKey: Buffer.alloc(32, 7), alg: 'ES256' });
    const { kid, sign } = await keyStore.signingKey();
    keyStore.close();
    expect(await sign(Buffer.from('data'))).toHaveLength(64);
    const kids = (await keyStore.publicKeys()).map((key) => key.kid);
    expect(kids).toContain(kid);
    const { rows } = await sql<{ kid: string }>`select kid from ${sql.table(`${prefix}signing_keys`)}`.execute(
      database().db,
    );
    expect(kids.sort()).toEqual(rows.map((row) => row.kid).sort());
  });

  it('in migrate leaves what the next migrate completes', async () => {
    for (const after of MOMENTS) await killed('migrate', database().url, after);

    const tables = await database().db.introspection.getTables();
    const prefixes = new Set(tables.flatMap(({ name }) => /^p[0-9a-f]{8}_/.exec(name) ?? []));
    expect(prefixes.size).toBeGreaterThan(0);
    for (const tablePrefix of prefixes) {
      const half = new SqlStore(database().db, { tablePrefix });
      await half.migrate();
      await half.createAccount({ id: 'a', state: 'enabled', scopes: [], createdAt: new Date() });
      expect(await half.claim('jti', new Date(Date.now() + 60_000))).toBe(true);
      expect(await half.deleteAccount('a')).toBe(true);
    }
  });
});
