import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { keyStoreContract } from 'frontier-token/testing';
import type { SigningKeyEvent } from '../../lib/sql/signing-keys/events.js';
import type { SqlKeyStoreOptions } from '../../lib/sql/signing-keys/options.js';
import { SqlKeyStore } from '../../lib/sql/sql-key-store.js';
import { SqlStore } from '../../lib/sql/sql-store.js';
import { engines, onEach, pglite } from '../support/databases.js';

const encryptionKey = randomBytes(32);
const events: SigningKeyEvent[] = [];
const opened: SqlKeyStore[] = [];
const kidOf = async (store: SqlKeyStore) => (await store.signingKey()).kid;
const published = async (store: SqlKeyStore) => (await store.publicKeys()).map(({ kid }) => kid!);

afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});

onEach(engines, 'SqlKeyStore', (database, engine) => {
  const instance = () => (engine === pglite ? database().db : database().another());
  const instances = Array.from({ length: 10 });
  let connections: ReturnType<typeof instance>[];
  const open = async (options: Partial<SqlKeyStoreOptions> = {}, db = database().db) => {
    const onEvent = (event: SigningKeyEvent) => void events.push(event);
    const store = await SqlKeyStore.open(db, { encryptionKey, alg: 'ES256', onEvent, ...options });
    opened.push(store);
    return store;
  };
  const table = sql.table('frontier_token_signing_keys');
  const emptied = async () => {
    events.length = 0;
    await sql`delete from ${table}`.execute(database().db);
  };

  it('says what to call where the table is missing', async () => {
    await expect(open()).rejects.toThrow('a table is missing: call SqlStore.migrate() first');
    await new SqlStore(database().db).migrate();
    connections = instances.map(instance);
  });

  for (const { title, run } of keyStoreContract(() => open())) it(title, run);

  it('makes the first key once, which signs at once, however many instances start at the same moment', async () => {
    await emptied();
    const stores = await Promise.all(connections.map((db) => open({}, db)));
    const kids = new Set(await Promise.all(stores.map(kidOf)));
    expect(kids.size).toBe(1);
    expect(await stores[0]!.list()).toEqual([
      { kid: [...kids][0], alg: 'ES256', state: 'signing', createdAt: expect.any(Date), signsFrom: expect.any(Date) },
    ]);
    expect(events).toEqual([]);
  });

  it('rotates once for ten calls at the same moment, and not again while a key is waiting', async () => {
    await emptied();
    const stores = await Promise.all(connections.map((db) => open({}, db)));
    const first = await kidOf(stores[0]!);
    const before = Date.now();
    const rotated = await Promise.all(stores.map((store) => store.rotate()));
    const again = await stores[0]!.rotate();

    const next = again.kid;
    expect(new Set(rotated.map(({ kid }) => kid))).toEqual(new Set([next]));
    expect(again.signsFrom.getTime()).toBeGreaterThanOrEqual(before + 3_600_000);
    expect(events).toEqual([{ type: 'keys.rotated', time: expect.any(Date), kid: next }]);
    for (const store of stores) {
      expect(await kidOf(store)).toBe(first);
      expect(await published(store)).toEqual([first, next]);
    }
    expect((await stores[0]!.list()).map(({ state }) => state)).toEqual(['waiting', 'signing']);
  });

  it('rotates immediately once for ten calls at the same moment, and again when asked again', async () => {
    await emptied();
    const stores = await Promise.all(connections.map((db) => open({}, db)));
    const rotated = await Promise.all(stores.map((store) => store.rotate({ immediately: true })));
    const second = rotated[0]!.kid;
    expect(new Set(rotated.map(({ kid }) => kid)).size).toBe(1);
    expect(new Set(await Promise.all(stores.map(kidOf)))).toEqual(new Set([second]));

    const { kid: third } = await stores[1]!.rotate({ immediately: true });
    expect(third).not.toBe(second);
    expect(events.map(({ type, kid }) => [type, kid])).toEqual([
      ['keys.rotated', second],
      ['keys.rotated', third],
    ]);
  });

  it('lets a waiting key sign at once, which verifiers know, where it is to rotate immediately', async () => {
    await emptied();
    const stores = await Promise.all(connections.map((db) => open({}, db)));
    const { kid: waiting } = await stores[0]!.rotate();
    // Some milliseconds from the first call to the last, behind which the key is made to sign in the same one.
    const rotating = stores.map((store) => {
      for (const end = performance.now() + 0.5; performance.now() < end;);
      return store.rotate({ immediately: true });
    });
    const rotated = await Promise.all(rotating);
    expect(new Set(rotated.map(({ kid }) => kid))).toEqual(new Set([waiting]));
    expect(await kidOf(stores[0]!)).toBe(waiting);
    expect(events.map(({ kid }) => kid)).toEqual([waiting, waiting]);
    expect((await stores[1]!.rotate({ immediately: true })).kid).not.toBe(waiting);
  });

  it('refuses to start with another encryptionKey, naming the option and the key, and writes nothing', async () => {
    await emptied();
    const store = await open();
    const kid = await kidOf(store);
    const wrong = open({ encryptionKey: randomBytes(32), rotateAfter: 1, publishAhead: 1 });
    await expect(wrong).rejects.toThrow(
      new RegExp(`'encryptionKey' must be the one .* ${kid} can't be used: .*another key`),
    );
    expect(await store.list()).toHaveLength(1);
  });

  it('takes over from a former encryptionKey', async () => {
    await emptied();
    await open();
    const newKey = randomBytes(32);
    const store = await open({ encryptionKey: [newKey, encryptionKey] });
    const { kid } = await store.rotate({ immediately: true });
    await sql`delete from ${table} where kid <> ${kid}`.execute(database().db);
    expect(await kidOf(await open({ encryptionKey: newKey }))).toBe(kid);
  });

  it.each([
    ['changed', sql`update ${table} set private_key = concat(private_key, 'AAAA')`],
    ['given to another kid', sql`update ${table} set kid = 'forged'`],
  ])('takes no row that was %s', async (_how, change) => {
    await emptied();
    await open();
    await change.execute(database().db);
    await expect(open()).rejects.toThrow(/encryptionKey.*was changed/);
  });

  it('withdraws a key that no longer signs, and verifies nothing with it any more', async () => {
    await emptied();
    const store = await open();
    const leaked = await kidOf(store);
    await expect(store.withdraw(leaked)).rejects.toThrow(
      `the key ${leaked} signs: rotate({ immediately: true }) first`,
    );
    const { kid } = await store.rotate({ immediately: true });
    expect([await store.withdraw(leaked), await store.withdraw(leaked)]).toEqual([true, false]);
    expect(await published(store)).toEqual([kid]);
  });
});
