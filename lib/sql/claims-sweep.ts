import { setTimeout as pause } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import type { TableNames, Tables } from './schema.js';
import type { RunStatement } from './statements.js';

/** Not at once: the request that set it off, a process's first perhaps, comes first. */
const SOON_MS = 100;
const EVERY_MS = 30_000;
/** Rows a statement: few, so that it holds its locks, in SQLite the whole process, about as long as a claim does. */
const BATCH = 50;
/** For those who wait. */
const PAUSE_MS = 10;

/** Removes expired claims behind the back of those who claim: nobody waits for it, and what fails the next one does. */
export class ClaimsSweep {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  /** Of `performance.now()`. */
  private startedAt = -Infinity;

  constructor(
    private readonly db: Kysely<Tables>,
    private readonly tables: TableNames,
    private readonly run: RunStatement,
  ) {}

  /** To be told of each claim: one is made within half a minute. It keeps no process alive. */
  afterClaim(): void {
    const wait = Math.max(SOON_MS, this.startedAt + EVERY_MS - performance.now());
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.start();
    }, wait).unref();
  }

  private start(): void {
    this.startedAt = performance.now();
    this.running ??= removeExpired(this.db, this.tables, this.run)
      .catch(() => undefined)
      .finally(() => (this.running = undefined));
  }
}

async function removeExpired(db: Kysely<Tables>, tables: TableNames, run: RunStatement): Promise<void> {
  while (await removeSome(db, tables, run)) await pause(PAUSE_MS, undefined, { ref: false });
}

/**
 * Deletes by primary key what was found without a lock, but for claims that were taken anew meanwhile.
 *
 * @returns whether there may be more, and nobody else is at it
 */
async function removeSome(db: Kysely<Tables>, { claims }: TableNames, run: RunStatement): Promise<boolean> {
  const now = Date.now();
  const due = db.selectFrom(claims).select('id').where('expires_at', '<=', now).orderBy('expires_at').limit(BATCH);
  const expired = await run(() => due.execute());
  if (expired.length === 0) return false;
  const ids = expired.map(({ id }) => id);
  // Not by the index on expires_at, which `+ 0` is not in: MySQL would lock every expired row, and the gap behind them.
  const removal = db
    .deleteFrom(claims)
    .where('id', 'in', ids)
    .where(sql`expires_at + 0`, '<=', now);
  const { numDeletedRows } = await run(() => removal.executeTakeFirstOrThrow());
  return expired.length === BATCH && numDeletedRows > 0n;
}
