import type { Kysely } from 'kysely';
import type { Dialect } from './database.js';
import { isDuplicate } from './failures.js';
import type { TableNames, Tables } from './schema.js';

interface Claim {
  id: string;
  /** Milliseconds since 1970, as `expires_at`. */
  now: number;
  expires_at: number;
}

/** Atomic by the claims' primary key. False where the claim was taken and has not expired. */
export type TakeClaim = (db: Kysely<Tables>, tables: TableNames, claim: Claim) => Promise<boolean>;

export const takeClaim: Record<Dialect, TakeClaim> = { postgres: upsert, sqlite: upsert, mysql: insertElseRenew };

async function upsert(db: Kysely<Tables>, { claims }: TableNames, { id, now, expires_at }: Claim): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto(claims)
    .values({ id, expires_at })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({ expires_at }).where(`${claims}.expires_at`, '<=', now),
    )
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/**
 * MySQL's `on duplicate key update` knows no condition, and by the number of rows that it tells, an update that changed
 * nothing can't be told from an insert: mysql2 has it count the rows found.
 */
async function insertElseRenew(db: Kysely<Tables>, tables: TableNames, claim: Claim): Promise<boolean> {
  if (await insert(db, tables, claim)) return true;
  if (await renew(db, tables, claim)) return true;
  // What kept the first from being inserted may be removed by now, as expired: then nobody has it.
  return insert(db, tables, claim);
}

async function insert(db: Kysely<Tables>, { claims }: TableNames, { id, expires_at }: Claim): Promise<boolean> {
  try {
    await db.insertInto(claims).values({ id, expires_at }).execute();
    return true;
  } catch (thrown) {
    if (isDuplicate(thrown)) return false;
    throw thrown;
  }
}

async function renew(db: Kysely<Tables>, { claims }: TableNames, { id, now, expires_at }: Claim): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable(claims)
    .set({ expires_at })
    .where('id', '=', id)
    .where('expires_at', '<=', now)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}
