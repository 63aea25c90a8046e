import { sql, type Kysely } from 'kysely';
import { StoreUnavailableError } from '../errors/store-errors.js';
import type { Dialect } from './database.js';

/** Seconds that one waits for its turn. */
const PATIENCE = 60;

type Work<Tables, T> = (db: Kysely<Tables>) => Promise<T>;

/**
 * Runs `work` while no other instance on this database runs one of the same name. The lock ends with the connection,
 * so that a process that dies in it holds up nobody. On PostgreSQL what `work` wrote is kept whole or not at all.
 *
 * SQLite has no lock but that of a statement: `work` must consist of statements that each check what they rely on. (A
 * transaction would do, but libsql loses the writes that follow one that had to be refused because the file was busy.)
 */
export function exclusively<Tables, T>(
  { db, dialect }: { db: Kysely<Tables>; dialect: Dialect },
  name: string,
  work: Work<Tables, T>,
): Promise<T> {
  return TURNS[dialect](db as Kysely<unknown>, name, work as Work<unknown, unknown>) as Promise<T>;
}

const TURNS: Record<Dialect, (db: Kysely<unknown>, name: string, work: Work<unknown, unknown>) => Promise<unknown>> = {
  postgres: (db, name, work) =>
    db.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(transaction);
      return work(transaction);
    }),

  mysql: (db, name, work) =>
    db.connection().execute(async (connection) => {
      // Lock names are those of the whole server, and at most 64 characters.
      const lock = sql`sha1(concat(database(), ' ', ${name}))`;
      const answer = await sql<{ taken: unknown }>`select get_lock(${lock}, ${PATIENCE}) as taken`.execute(connection);
      if (Number(answer.rows[0]?.taken) !== 1) throw new StoreUnavailableError('another instance holds the lock');
      try {
        return await work(connection);
      } finally {
        await sql`select release_lock(${lock})`.execute(connection);
      }
    }),

  sqlite: (db, _name, work) => work(db),
};
