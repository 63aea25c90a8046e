import type { Kysely } from 'kysely';
import { isDuplicate } from '../failures.js';
import type { SigningKeyRow, TableNames, Tables } from '../schema.js';
import { inTime } from '../in-time.js';
import type { RunStatement } from '../statements.js';

/** Milliseconds that one statement may take. */
const PATIENCE = 5000;

/**
 * The statements on the table of signing keys. Each is atomic and checks what it relies on, so that no lock is needed
 * and a process that dies between two leaves nothing half-made.
 *
 * They reject with `StoreUnavailableError` where the database can't answer, or does not within five seconds.
 */
export class SigningKeyTable {
  constructor(
    private readonly db: Kysely<Tables>,
    private readonly name: TableNames['signing_keys'],
    private readonly runStatement: RunStatement,
  ) {}

  /** From the first key to the newest. */
  rows(): Promise<SigningKeyRow[]> {
    return this.run(() => this.db.selectFrom(this.name).selectAll().orderBy('generation').execute());
  }

  /** False where another instance added a key of this generation first: a unique key sees to that. */
  async add(row: Omit<SigningKeyRow, 'last_signed_at'>): Promise<boolean> {
    try {
      await this.run(() => this.db.insertInto(this.name).values(row).execute());
      return true;
    } catch (thrown) {
      if (isDuplicate(thrown)) return false;
      throw thrown;
    }
  }

  /** Makes a waiting key sign from `time` on. False where another instance did first, or it is gone. */
  async startSigning({ kid, signsFrom }: { kid: string; signsFrom: number }, time: number): Promise<boolean> {
    const update = this.db.updateTable(this.name).set({ signs_from: time });
    const { numUpdatedRows } = await this.run(() =>
      update.where('kid', '=', kid).where('signs_from', '=', signsFrom).executeTakeFirstOrThrow(),
    );
    return numUpdatedRows > 0n;
  }

  /** Tells the other instances that a key was still in use. */
  async reportSignature(kid: string, time: number): Promise<void> {
    const update = this.db.updateTable(this.name).set({ last_signed_at: time }).where('kid', '=', kid);
    await this.run(() =>
      update.where((row) => row.or([row('last_signed_at', 'is', null), row('last_signed_at', '<', time)])).execute(),
    );
  }

  /** False where there was none. */
  async remove(...kids: readonly string[]): Promise<boolean> {
    if (kids.length === 0) return false;
    const { numDeletedRows } = await this.run(() =>
      this.db.deleteFrom(this.name).where('kid', 'in', kids).executeTakeFirstOrThrow(),
    );
    return numDeletedRows > 0n;
  }

  private run<T>(statement: () => Promise<T>): Promise<T> {
    return inTime(PATIENCE, this.runStatement(statement));
  }
}
