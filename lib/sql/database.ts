import { sql, type Kysely } from 'kysely';
import { check } from '../options/check.js';
import { hasMethods } from '../values.js';

/**
 * A Kysely instance, of whatever tables and dialect. Described by its shape: Kysely's types for `import` and for
 * `require` are different classes to the compiler, and a host may have either.
 */
export interface KyselyInstance {
  selectFrom(...tables: never[]): unknown;
  connection(): unknown;
  transaction(): unknown;
  withoutPlugins(): unknown;
  destroy(): Promise<void>;
}

export const kyselyInstance = check<KyselyInstance>('a Kysely instance', (given) =>
  hasMethods(given, ['selectFrom', 'connection', 'transaction', 'withoutPlugins', 'destroy']),
);

/** The database seen as `Tables`, without the host's plugins: one that renames columns would hide ours. */
export function seenAs<Tables>(db: KyselyInstance): Kysely<Tables> {
  return db.withoutPlugins() as Kysely<Tables>;
}

export type Dialect = 'postgres' | 'mysql' | 'sqlite';

/** The dialects by how each writes a name and a parameter: a host's dialect may be a class of its own. */
const SPELLINGS = new Map<string, Dialect>([
  ['"name" $1', 'postgres'],
  ['`name` ?', 'mysql'],
  ['"name" ?', 'sqlite'],
]);

/** The dialect that a Kysely instance speaks; undefined for one that is none of the three. */
export function spokenBy(db: KyselyInstance): Dialect | undefined {
  return SPELLINGS.get(sql`${sql.ref('name')} ${1}`.compile(seenAs(db)).sql);
}

/** @throws TypeError for a dialect that is none of the three */
export function dialectOf(db: KyselyInstance): Dialect {
  const dialect = spokenBy(db);
  if (dialect) return dialect;
  throw new TypeError('the database must speak the SQL of PostgreSQL, MySQL (MariaDB) or SQLite');
}
