import { Kysely, MysqlDialect, PostgresDialect, sql, SqliteDialect } from 'kysely';
import Database from 'libsql';
import { createPool, type PoolOptions } from 'mysql2';
import { Pool, type PoolConfig } from 'pg';
import { ServiceAccounts, StoreUnavailableError } from 'frontier-token';
import { SqlStore } from 'frontier-token/sql';
import { mysql, onEach, postgres, sqlite, type Engine } from '../support/databases.js';
import { assertion, byAssertion, bySecret, issuer, ISSUER } from '../support/issuer.js';
import { TcpProxy } from '../support/tcp-proxy.js';

interface Server {
  /** A host's connections, as it may set them up. */
  connect: (url: string, options?: object) => Kysely<unknown>;
  lock: string[];
  unlock: string;
  /** Connections of this database that wait for the lock. */
  waiting: string;
  kill: (connection: number) => string;
  cancel: (connection: number) => string;
  /** Set-ups in which a call that has to wait fails by itself. */
  impatient: [string, object][];
}

const servers = new Map<Engine, Server>([
  [
    postgres,
    {
      connect: (url, options) => {
        const pool = new Pool({ connectionString: url, ...(options as PoolConfig) });
        pool.on('error', () => undefined);
        pool.on('connect', (client) => client.on('error', () => undefined));
        return new Kysely({ dialect: new PostgresDialect({ pool }) });
      },
      lock: ['begin', 'lock table frontier_token_accounts in access exclusive mode'],
      unlock: 'rollback',
      waiting: `select pid as id from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      kill: (connection) => `select pg_terminate_backend(${connection})`,
      cancel: (connection) => `select pg_cancel_backend(${connection})`,
      impatient: [
        ['a limit of the statement', { statement_timeout: 100 }],
        ['a limit of the lock', { lock_timeout: 100 }],
        ['a limit of the answer', { query_timeout: 100 }],
        ['a limit of the pool', { max: 1, connectionTimeoutMillis: 100 }],
      ],
    },
  ],
  [
    mysql,
    {
      connect: (url, options) => {
        const { session, ...rest } = (options ?? {}) as PoolOptions & { session?: string };
        const pool = createPool({ uri: url, ...rest });
        if (session !== undefined) pool.on('connection', (connection) => connection.query(`set session ${session}`));
        return new Kysely({ dialect: new MysqlDialect({ pool }) });
      },
      lock: ['lock tables frontier_token_accounts write'],
      unlock: 'unlock tables',
      waiting: `select id as id from information_schema.processlist where db = database() and state like 'Waiting for table%'`,
      kill: (connection) => `kill connection ${connection}`,
      cancel: (connection) => `kill query ${connection}`,
      impatient: [
        ['a limit of the statement', { session: 'max_statement_time = 0.1' }],
        ['a limit of the lock', { session: 'lock_wait_timeout = 0' }],
        ['a limit of the pool', { connectionLimit: 1, waitForConnections: false }],
        ['a limit of its queue', { connectionLimit: 1, queueLimit: 1 }],
      ],
    },
  ],
]);

const unavailable = expect.objectContaining({
  constructor: StoreUnavailableError,
  cause: expect.objectContaining({ message: expect.any(String) }),
});

onEach([postgres, mysql], 'an outage', (database, engine) => {
  const { connect, lock, unlock, waiting, kill, cancel, impatient } = servers.get(engine)!;
  const run = (text: string, db = database().db) => sql<{ id: number }>`${sql.raw(text)}`.execute(db);
  beforeAll(() => new SqlStore(database().db).migrate());

  /** The accounts are locked until `work` is done. */
  const whileLocked = (work: () => Promise<void>) =>
    database()
      .db.connection()
      .execute(async (connection) => {
        for (const statement of lock) await run(statement, connection);
        await work().finally(() => run(unlock, connection));
      });

  /** A store of connections that can be cut, and ended. */
  async function cuttable<T>(work: (store: SqlStore, proxy: TcpProxy, db: Kysely<unknown>) => Promise<T>): Promise<T> {
    const { proxy, url } = await TcpProxy.to(database().url);
    const db = connect(url);
    return work(new SqlStore(db), proxy, db).finally(async () => {
      await db.destroy();
      await proxy.close();
    });
  }

  const oneThatWaits = async () => {
    for (;;) {
      const [found] = (await run(waiting)).rows;
      if (found) return found.id;
    }
  };

  /** pg offers a connection that the server ended until it has seen it close. */
  const recovered = async (store: SqlStore): Promise<unknown> =>
    store.findAccount('robot').catch(async (thrown: unknown) => {
      expect(thrown).toEqual(unavailable);
      await new Promise((resolve) => setTimeout(resolve, 10));
      return recovered(store);
    });

  it.each<[string, (proxy: TcpProxy) => Promise<unknown>]>([
    ['the server ends its connection', async () => run(kill(await oneThatWaits()))],
    ['the server ends it', async () => run(cancel(await oneThatWaits()))],
    ['its connection breaks', async (proxy) => oneThatWaits().then(() => proxy.cut())],
  ])('is StoreUnavailableError to a call under way when %s; then it is over', async (_, act) => {
    await cuttable(async (store, proxy) => {
      await whileLocked(async () => {
        const call = expect(store.findAccount('robot')).rejects.toEqual(unavailable);
        await act(proxy);
        await call;
        proxy.mend();
      });
      expect(await recovered(store)).toBeUndefined();
    });
  });

  it('is StoreUnavailableError to every method, whether connections are broken or refused', async () => {
    await cuttable(async (store, proxy, db) => {
      const calls = () => [
        store.findCredential('a'),
        store.listAccounts(),
        store.updateAccount('a', { title: 'a' }),
        store.deleteAccount('a'),
        store.createAccount({ id: 'a', state: 'enabled', scopes: [], createdAt: new Date() }),
        store.claim('a', new Date(Date.now() + 60_000)),
        store.migrate(),
      ];
      await store.findAccount('a');
      const failures = () => Promise.all(calls().map((call) => expect(call).rejects.toEqual(unavailable)));
      proxy.cut();
      await failures();
      await proxy.close();
      await failures();
      await db.destroy();
      await failures();
    });
  });

  it.each(impatient)('is StoreUnavailableError where a call waits longer than %s', async (_, options) => {
    const db = connect(database().url, options);
    const store = new SqlStore(db);
    const calls: Promise<unknown>[] = [];
    await whileLocked(async () => {
      calls.push(...[1, 2, 3].map(() => store.findAccount('robot').catch((thrown: unknown) => thrown)));
      expect(await Promise.race(calls)).toEqual(unavailable);
    });
    await Promise.all(calls);
    await db.destroy();
  });

  it('gives clients of two instances 503 while it lasts, and tokens again afterwards', async () => {
    await cuttable((one, proxy) =>
      cuttable(async (other, otherProxy) => {
        const accounts = new ServiceAccounts(one, { issuer: ISSUER });
        const robot = await accounts.create({ scopes: ['reports:read'] });
        const { clientId: id, clientSecret: secret } = await accounts.createSecret(robot.id);
        const key = await accounts.createKey(robot.id, { alg: 'ES256' });
        const [first, second] = await Promise.all(
          [one, other].map(async (store) => ({ ...(await issuer({ credentialStore: store })), id, secret, key })),
        );
        const statuses = async (proof: string) => [
          (await bySecret(first!)).status,
          (await byAssertion(first!, proof)).status,
          (await byAssertion(second!, proof)).status,
        ];

        expect(await statuses(await assertion({ key }))).toEqual([200, 200, 401]);
        expect(second!.events.at(-1)).toMatchObject({ reason: 'assertion_replayed' });
        for (const each of [proxy, otherProxy]) each.cut();
        expect(await statuses(await assertion({ key }))).toEqual([503, 503, 503]);
        expect(first!.events.at(-1)).toMatchObject({ reason: 'credential_store_unavailable' });
        for (const each of [proxy, otherProxy]) each.mend();
        expect(await statuses(await assertion({ key }))).toEqual([200, 200, 401]);
      }),
    );
  });
});

onEach([sqlite], 'an outage', (database) => {
  it('is StoreUnavailableError where another process holds the file for too long, or it was closed', async () => {
    await new SqlStore(database().db).migrate();
    const file = new Database(database().url, { timeout: 10 });
    const store = new SqlStore(new Kysely({ dialect: new SqliteDialect({ database: file }) }));
    const claim = () => store.claim('a', new Date(Date.now() + 60_000));
    const other = new Database(database().url);
    other.exec('begin immediate');
    await expect(claim()).rejects.toEqual(unavailable);
    other.exec('rollback');
    other.close();
    file.close();
    await expect(claim()).rejects.toEqual(unavailable);
  });
});
