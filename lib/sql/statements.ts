import { sql, type Kysely } from 'kysely';
import { StoreUnavailableError } from '../errors/store-errors.js';
import { seenAs, type Dialect, type KyselyInstance } from './database.js';
import { reaching } from './failures.js';

/** Runs one statement; what it fails with is told in the stores' own terms, see `reaching`. */
export type RunStatement = <T>(statement: () => Promise<T>) => Promise<T>;

/** One for all stores on a database: what befalls a statement of one is of concern to the next statement of any. */
const known = new WeakMap<KyselyInstance, RunStatement>();

/**
 * Runs the statements of a store, after what must hold of a database before the first. That is asked once, and anew
 * where the answer was no.
 */
export function statements(db: KyselyInstance, dialect: Dialect): RunStatement {
  const run = known.get(db) ?? RUNNERS[dialect](seenAs<unknown>(db));
  known.set(db, run);
  return run;
}

const RUNNERS: Record<Dialect, (db: Kysely<unknown>) => RunStatement> = {
  postgres: () => (statement) => reaching(statement),
  mysql: (db) => {
    const ready = once(() => refuseBareBackslashes(db));
    return (statement) => reaching(() => ready().then(statement));
  },
  sqlite: onSqlite,
};

/**
 * libsql keeps nothing of what is written after a statement that failed because the file was busy, and says that it
 * does, until that statement is garbage. After such a failure nothing is written before a commit has succeeded.
 * (`SqliteFile` replaces the connection instead.)
 */
function onSqlite(db: Kysely<unknown>): RunStatement {
  const ready = once(() => waitForOthers(db));
  let doubted = false;
  return (statement) =>
    reaching(async () => {
      await ready();
      if (doubted) await requireCommit(db);
      doubted = false;
      try {
        return await statement();
      } catch (thrown) {
        doubted = isBusy(thrown);
        throw thrown;
      }
    });
}

async function requireCommit(db: Kysely<unknown>): Promise<void> {
  await db.connection().execute(async (connection) => {
    // Deferred: it takes no lock, which such a connection would never give back.
    await sql`begin`.execute(connection);
    try {
      await sql`commit`.execute(connection);
    } catch (cause) {
      await sql`rollback`.execute(connection);
      throw new StoreUnavailableError('the connection to the file keeps nothing, since the file was busy', { cause });
    }
  });
}

/** libsql fails at once where another process writes, unless it is told to wait (milliseconds). */
async function waitForOthers(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ timeout: number }>`pragma busy_timeout`.execute(db);
  if (rows[0]?.timeout === 0) await sql`pragma busy_timeout = 5000`.execute(db);
}

/** mysql2 writes values into statements, escaped with backslashes: in a mode in which those mean nothing, a value could be SQL. */
async function refuseBareBackslashes(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ mode: string }>`select @@sql_mode as mode`.execute(db);
  if (rows[0]?.mode.includes('NO_BACKSLASH_ESCAPES')) {
    throw new Error(
      "the database's sql_mode must not have NO_BACKSLASH_ESCAPES: mysql2 escapes values with backslashes",
    );
  }
}

function isBusy(thrown: unknown): boolean {
  return /^SQLITE_(?:BUSY|LOCKED)/.test(String((thrown as { code?: unknown } | undefined)?.code));
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () =>
    (done ??= work().catch((thrown: unknown) => {
      done = undefined;
      throw thrown;
    }));
}
