import { sql, type Kysely } from 'kysely';
import type { Dialect } from './database.js';
import { isDuplicate, isMissingTable } from './failures.js';
import { exclusively } from './lock.js';
import { columnsOf, migrations } from './migrations.js';
import type { TableNames, Tables } from './schema.js';

/**
 * Brings the tables to the newest version. Any number of instances may call it at once: one works, the others wait
 * and find it done. A database that is up to date is only read, so that the instances' user needs no right to change it.
 *
 * @returns the versions that this call applied
 */
export async function migrate(db: Kysely<Tables>, dialect: Dialect, tables: TableNames): Promise<number[]> {
  if ((await pending(db, tables)).length === 0) return [];
  return exclusively({ db, dialect }, `migrate ${tables.migrations}`, async (connection) => {
    await sql`create table if not exists ${sql.table(tables.migrations)} (
      version integer not null primary key, applied_at bigint not null)`.execute(connection);
    const columns = await columnsOf(connection as Kysely<unknown>, dialect);
    const versions: number[] = [];
    for (const { version, statements } of await pending(connection, tables)) {
      for (const statement of statements(columns, tables)) await statement.execute(connection);
      if (await record(connection, tables, version)) versions.push(version);
    }
    return versions;
  });
}

/** False where another instance did, which only SQLite allows. */
async function record(db: Kysely<Tables>, tables: TableNames, version: number): Promise<boolean> {
  try {
    await db.insertInto(tables.migrations).values({ version, applied_at: Date.now() }).execute();
    return true;
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
}

async function pending(db: Kysely<Tables>, tables: TableNames) {
  const done = await applied(db, tables);
  return migrations.filter(({ version }) => !done.has(version));
}

async function applied(db: Kysely<Tables>, tables: TableNames): Promise<Set<number>> {
  try {
    const rows = await db.selectFrom(tables.migrations).select('version').execute();
    return new Set(rows.map(({ version }) => version));
  } catch (thrown) {
    if (isMissingTable(thrown)) return new Set();
    throw thrown;
  }
}
