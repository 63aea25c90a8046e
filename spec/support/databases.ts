import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, MysqlDialect, PostgresDialect, SqliteDialect, type Logger } from 'kysely';
import Database from 'libsql';
import { createPool } from 'mysql2';
import { Pool } from 'pg';
import { pglitePool } from './pglite.js';

/** A database of a spec's own: empty at first, gone afterwards. */
export interface TestDatabase {
  db: Kysely<unknown>;
  /** For a connection of another process; SQLite: the file. */
  url: string;
  /** A second instance's connections to the same database. PGlite and SQLite in memory have none. */
  another: (log?: Logger) => Kysely<unknown>;
  drop: () => Promise<void>;
}

export interface Engine {
  title: string;
  /** Of the server; embedded engines, which run anywhere, have none. */
  url?: string;
  open: () => Promise<TestDatabase>;
}

export const POSTGRES_URL = process.env.POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';
export const MYSQL_URL = process.env.MYSQL_URL ?? 'mysql://root@127.0.0.1:3306/test';

export const sqlite: Engine = {
  title: 'SQLite (libsql)',
  open: () => {
    const folder = mkdtempSync(join(tmpdir(), 'frontier-token-'));
    const opened: Kysely<unknown>[] = [];
    const another = (log?: Logger) => {
      const database = new Database(join(folder, 'spec.db'));
      database.pragma('journal_mode = WAL');
      const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }), log });
      opened.push(db);
      return db;
    };
    const drop = async () => {
      await Promise.all(opened.map((db) => db.destroy()));
      rmSync(folder, { recursive: true });
    };
    return Promise.resolve({ db: another(), url: join(folder, 'spec.db'), another, drop });
  },
};

export const pglite: Engine = {
  title: 'PostgreSQL in the process (PGlite)',
  open: async () => {
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: await pglitePool() }) });
    return {
      db,
      url: '',
      another: () => {
        throw new Error('PGlite has one connection');
      },
      drop: () => db.destroy(),
    };
  },
};

export const postgres: Engine = {
  title: 'PostgreSQL',
  url: POSTGRES_URL,
  open: async () => {
    const name = databaseName();
    const admin = new Pool({ connectionString: POSTGRES_URL, max: 1 });
    await admin.query(`create database ${name}`);
    const url = new URL(POSTGRES_URL);
    url.pathname = name;
    const opened: Kysely<unknown>[] = [];
    const another = (log?: Logger) => {
      const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: pgPool(url.href) }), log });
      opened.push(db);
      return db;
    };
    const drop = async () => {
      await Promise.all(opened.map((db) => db.destroy()));
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    };
    return { db: another(), url: url.href, another, drop };
  },
};

export const mysql: Engine = {
  title: 'MariaDB',
  url: MYSQL_URL,
  open: async () => {
    const name = databaseName();
    const admin = createPool({ uri: MYSQL_URL, connectionLimit: 1 });
    await admin.promise().query(`create database ${name}`);
    const url = new URL(MYSQL_URL);
    url.pathname = name;
    const opened: Kysely<unknown>[] = [];
    const another = (log?: Logger) => {
      const db = new Kysely<unknown>({ dialect: new MysqlDialect({ pool: createPool({ uri: url.href }) }), log });
      opened.push(db);
      return db;
    };
    const drop = async () => {
      await Promise.all(opened.map((db) => db.destroy()));
      await admin.promise().query(`drop database ${name}`);
      await admin.promise().end();
    };
    return { db: another(), url: url.href, another, drop };
  },
};

export const engines: readonly Engine[] = [sqlite, pglite, postgres, mysql];

/**
 * The suite on each engine: the embedded ones anywhere, a server's where it answers. Where it does not, the run says
 * so loudly and shows the suite as skipped.
 */
export function onEach(
  chosen: readonly Engine[],
  title: string,
  suite: (open: () => TestDatabase, engine: Engine) => void,
): void {
  for (const engine of chosen) {
    const run = engine.url === undefined || answers(engine.url) ? describe : describe.skip;
    run(`${title} on ${engine.title}`, () => {
      let database: TestDatabase | undefined;
      beforeAll(async () => {
        database = await engine.open();
      }, 60_000);
      afterAll(() => database?.drop());
      suite(() => database!, engine);
    });
  }
}

/** Asked before the suites are named, where nothing can be waited for: hence in a process of its own, once a worker. */
function answers(url: string): boolean {
  const known = asked.get(url);
  if (known !== undefined) return known;
  const script = url.startsWith('mysql')
    ? `require('mysql2/promise').createConnection(${JSON.stringify(url)}).then((c) => c.end())`
    : `const c = new (require('pg').Client)(${JSON.stringify(url)}); c.connect().then(() => c.end())`;
  const is =
    spawnSync(process.execPath, ['-e', script], { cwd: __dirname, stdio: 'ignore', timeout: 10_000 }).status === 0;
  const { protocol, host } = new URL(url);
  if (!is)
    process.stderr.write(`\n!! SKIPPED: no database at ${protocol}//${host} lets us in, the specs on it do not run\n`);
  asked.set(url, is);
  return is;
}

const asked = new Map<string, boolean>();

/** With the listeners that the docs ask a host for: a connection that breaks in Kysely's hands would end the process. */
export function pgPool(connectionString: string): Pool {
  const pool = new Pool({ connectionString });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

function databaseName(): string {
  return `frontier_token_spec_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
}
