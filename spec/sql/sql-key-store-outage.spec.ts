import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, PostgresDialect, sql } from 'kysely';
import Database from 'libsql';
import { StoreUnavailableError } from 'frontier-token';
import type { SigningKeyEvent } from '../../lib/sql/signing-keys/events.js';
import type { SqlKeyStoreOptions } from '../../lib/sql/signing-keys/options.js';
import { SqlKeyStore } from '../../lib/sql/sql-key-store.js';
import { SqlStore } from '../../lib/sql/sql-store.js';
import { onEach, pgPool, postgres } from '../support/databases.js';
import { SwitchedDialect } from '../support/switched-dialect.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { until } from '../support/until.js';

const encryptionKey = randomBytes(32);
const kidOf = async (store: SqlKeyStore) => (await store.signingKey()).kid;
const published = async (store: SqlKeyStore) => (await store.publicKeys()).map(({ kid }) => kid!);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a SqlKeyStore', () => {
  const folder = mkdtempSync(join(tmpdir(), 'frontier-token-'));
  const connections: Kysely<unknown>[] = [];
  const stores: SqlKeyStore[] = [];
  const connect = () => {
    const dialect = new SwitchedDialect({ database: new Database(join(folder, 'spec.db')) });
    const db = new Kysely<unknown>({ dialect });
    connections.push(db);
    return { dialect, db };
  };
  /** Looks at the table three times a second. */
  const open = async (options: Partial<SqlKeyStoreOptions> = {}) => {
    const { dialect, db } = connect();
    const events: SigningKeyEvent[] = [];
    const onEvent = (event: SigningKeyEvent) => void events.push(event);
    const store = await SqlKeyStore.open(db, {
      encryptionKey,
      alg: 'ES256',
      publishAhead: 1,
      keepFor: 60,
      onEvent,
      ...options,
    });
    stores.push(store);
    const unavailable = () => events.filter(({ type }) => type === 'keys.unavailable');
    return { dialect, db, store, events, unavailable };
  };

  beforeAll(() => new SqlStore(connect().db).migrate());
  beforeEach(() => sql`delete from frontier_token_signing_keys`.execute(connections[0]!));
  afterEach(() => stores.splice(0).forEach((store) => store.close()));
  afterAll(async () => {
    await Promise.all(connections.map((db) => db.destroy()));
    rmSync(folder, { recursive: true });
  });

  it('signs on while the database is down, changes keys on time, says so once a look, and recovers by itself', async () => {
    const events: SigningKeyEvent[] = [];
    const cut = await open({
      onEvent: (event) => {
        events.push(event);
        throw new Error('a listener of the host');
      },
    });
    const other = await open();
    const { kid: waiting, signsFrom } = await other.store.rotate();
    await until(
      () => published(cut.store),
      (kids) => kids.includes(waiting),
    );
    cut.dialect.state = 'down';
    const before = await kidOf(cut.store);
    if (Date.now() < signsFrom.getTime()) expect(before).not.toBe(waiting);
    await until(Date.now, (now) => now >= signsFrom.getTime());
    expect(await kidOf(cut.store)).toBe(waiting);
    await until(
      () => events.length,
      (seen) => seen >= 3,
    );
    for (const call of [cut.store.rotate(), cut.store.list(), cut.store.withdraw('any')]) {
      await expect(call).rejects.toThrow(StoreUnavailableError);
    }
    const unavailable = { type: 'keys.unavailable', time: expect.any(Date), cause: expect.any(StoreUnavailableError) };
    expect(events).toEqual(events.map(() => unavailable));
    const gaps = events.slice(1).map(({ time }, index) => time.getTime() - events[index]!.time.getTime());
    expect(Math.min(...gaps)).toBeGreaterThan(200);

    cut.dialect.state = 'up';
    const { kid } = await other.store.rotate({ immediately: true });
    await until(
      () => kidOf(cut.store),
      (now) => now === kid,
    );
  });

  it('looks on where the database swallows what it is asked, and recovers when it answers', async () => {
    const causes: unknown[] = [];
    const cut = await open({
      onEvent: ({ cause }) => {
        causes.push(cause);
        return Promise.reject(new Error('a listener of the host'));
      },
    });
    const other = await open();
    cut.dialect.state = 'silent';
    await until(
      () => causes.length,
      (seen) => seen > 0,
    );
    expect(causes[0]).toMatchObject({ name: 'StoreUnavailableError', message: expect.stringContaining('5000 ms') });
    cut.dialect.state = 'up';
    const { kid } = await other.store.rotate({ immediately: true });
    await until(
      () => kidOf(cut.store),
      (now) => now === kid,
    );
  });

  it('that was cut off while others rotated reports what it signed, so that they verify it long enough', async () => {
    const cut = await open();
    const other = await open();
    const old = await cut.store.signingKey();
    cut.dialect.state = 'down';
    await other.store.rotate({ immediately: true });
    const until0 = (await other.store.list()).at(-1)!.publishedUntil!.getTime();
    await pause(500);
    const signed = Date.now();
    expect(await kidOf(cut.store)).toBe(old.kid);
    await old.sign(Buffer.from('late'));
    cut.dialect.state = 'up';

    const publishedUntil = async () =>
      (await other.store.list()).find(({ kid }) => kid === old.kid)!.publishedUntil!.getTime();
    expect(await until(publishedUntil, (time) => time > until0)).toBeGreaterThanOrEqual(signed + 60_000);
  });

  it('that can not decrypt the newest key signs on with its own, publishes no other, tells which, and leads nobody', async () => {
    const former = await open({ rotateAfter: 1 });
    const own = await kidOf(former.store);
    const newer = await open({ encryptionKey: [randomBytes(32), encryptionKey] });
    const { kid } = await newer.store.rotate({ immediately: true });
    await until(former.unavailable, (events) => events.length >= 2);
    const [event] = former.unavailable();
    expect(event).toMatchObject({
      kid,
      cause: { message: expect.stringContaining(`the signing key ${kid} can't be used`) },
    });
    expect(await kidOf(former.store)).toBe(own);
    expect(await published(former.store)).toEqual([own]);
    expect(await published(newer.store)).toEqual([own, kid]);
    await expect(former.store.rotate({ immediately: true })).rejects.toThrow(/can't be used/);
    expect((await newer.store.list()).map((key) => key.kid)).toEqual([kid, own]);
  });

  it('signs on with the key in memory where its row is spoilt, and tells', async () => {
    const { store, db, unavailable } = await open({ publishAhead: 60, keepFor: 1 });
    const kid = await kidOf(store);
    const { kid: waiting } = await store.rotate();
    await sql`update frontier_token_signing_keys set private_key = 'spoilt' where kid = ${kid}`.execute(db);
    await until(unavailable, (events) => events.length > 0);
    expect(unavailable()[0]).toMatchObject({ kid });
    expect(await kidOf(store)).toBe(kid);
    expect(await published(store)).toEqual([kid, waiting]);
  });

  it('makes a new first key where the table was emptied, and signs with the old one until then', async () => {
    const { store, db, events } = await open();
    const kid = await kidOf(store);
    await sql`delete from frontier_token_signing_keys`.execute(db);
    expect(await kidOf(store)).toBe(kid);
    await until(
      () => kidOf(store),
      (now) => now !== kid,
    );
    expect(await published(store)).not.toContain(kid);
    expect(events).toEqual([]);
  });

  it('keeps no process alive, and looks no more once it is closed, but signs on', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const { store } = await open();
    expect(timers()).toBe(before);
    const kid = await kidOf(store);
    store.close();
    await (await open()).store.rotate({ immediately: true });
    await pause(400);
    expect(await kidOf(store)).toBe(kid);
    expect(await (await store.signingKey()).sign(Buffer.from('data'))).toHaveLength(64);
  });

  it('makes the next key in time: by default an hour before the 30 days of the last one are over', async () => {
    const doNotFake = ['performance', 'nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const;
    jest.useFakeTimers({ doNotFake: [...doNotFake, 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    try {
      const kids = () =>
        stores
          .at(-1)!
          .list()
          .then((list) => list.map(({ kid }) => kid));
      const settings = { publishAhead: undefined, keepFor: undefined };
      const start = Date.now();
      const first = await kidOf((await open(settings)).store);
      jest.setSystemTime(start + (30 * 86_400 - 3600) * 1000 - 1);
      await open(settings);
      expect(await kids()).toEqual([first]);
      jest.setSystemTime(start + (30 * 86_400 - 3600) * 1000 + 1000);
      const { store } = await open(settings);
      const [next] = await kids();
      expect([await kidOf(store), await published(store)]).toEqual([first, [first, next]]);
      jest.setSystemTime(start + 30 * 86_400 * 1000 + 1000);
      expect([await kidOf(store), await published(store)]).toEqual([next, [first, next]]);
      jest.setSystemTime(start + 31 * 86_400 * 1000 + 62_000);
      expect(await published(store)).toEqual([next]);
    } finally {
      jest.useRealTimers();
    }
  });
});

onEach([postgres], 'a SqlKeyStore', (database) => {
  it('survives connections that break, and is refused where there are none', async () => {
    await new SqlStore(database().db).migrate();
    const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(database().db);
    const address = new URL(postgres.url!);
    address.pathname = rows[0]!.name;
    const { proxy, url } = await TcpProxy.to(address.href);
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: pgPool(url) }) });
    const events: SigningKeyEvent[] = [];
    const options = {
      encryptionKey,
      alg: 'ES256',
      publishAhead: 1,
      onEvent: (event: SigningKeyEvent) => void events.push(event),
    } as const;
    const store = await SqlKeyStore.open(db, options);
    try {
      proxy.cut();
      await until(
        () => events.length,
        (seen) => seen > 0,
      );
      expect(events[0]!.cause).toBeInstanceOf(StoreUnavailableError);
      await expect(SqlKeyStore.open(db, options)).rejects.toThrow(StoreUnavailableError);
      await expect(store.rotate()).rejects.toThrow(StoreUnavailableError);
      expect(await (await store.signingKey()).sign(Buffer.from('data'))).toHaveLength(64);
      proxy.mend();
      await store.rotate();
    } finally {
      store.close();
      await db.destroy();
      await proxy.close();
    }
  });
});
