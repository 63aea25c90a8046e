import { setTimeout as delay } from 'node:timers/promises';
import type Libsql from 'libsql';
import { checkOptions, checkValue, optional, text, wholeNumber, type Checks } from '../options/check.js';

export interface SqliteFileOptions {
  /** Milliseconds that a statement waits while another process writes. Default: 5000. */
  timeout?: number;
}

const checks = {
  timeout: optional(wholeNumber('milliseconds', 1, 600_000), 5_000),
} satisfies Checks<SqliteFileOptions>;

/** As Kysely's `SqliteDialect` takes it, whose types for `import` and for `require` are different ones. */
interface Statement {
  readonly reader: boolean;
  all(parameters: readonly unknown[]): unknown[];
  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  iterate(parameters: readonly unknown[]): IterableIterator<unknown>;
}

/**
 * A SQLite file that other processes may have open too, for Kysely's `SqliteDialect`: in WAL mode, so that nobody who
 * writes keeps others from reading.
 *
 * It stands in for libsql's own `Database`, which loses what is written after a statement that failed because the file
 * was busy: here the connection is replaced then. A transaction that this befalls is over: all but `rollback` fails.
 */
export class SqliteFile {
  private connection: Libsql.Database | undefined;
  private closed = false;
  /** Whether a transaction is still to be told that it is over. */
  private interrupted = false;

  private constructor(
    private readonly path: string,
    private readonly timeout: number,
  ) {}

  /**
   * Opens the file with the package `libsql`, and makes it where there is none.
   *
   * @throws TypeError (the promise rejects) for wrong arguments, libsql's error for what is no database
   */
  static async open(path: string, options: SqliteFileOptions = {}): Promise<SqliteFile> {
    const { timeout } = checkOptions('SqliteFile.open', checks, options);
    const file = new SqliteFile(checkValue('SqliteFile.open: path', text, path), timeout);
    const deadline = performance.now() + timeout;
    for (;;) {
      try {
        file.connect();
        return file;
      } catch (thrown) {
        // SQLite does not wait for its turn to change the journal mode: at the first start of several processes.
        if (!isBusy(thrown) || performance.now() > deadline) throw thrown;
        await delay(20);
      }
    }
  }

  prepare(sql: string): Statement {
    if (this.interrupted) return this.endOfTransaction(sql);
    const statement = this.guarded(() => this.connect().prepare(sql));
    return {
      reader: statement.reader,
      all: (parameters) => this.guarded(() => statement.all(parameters)),
      run: (parameters) => this.guarded(() => statement.run(parameters)),
      iterate: (parameters) => statement.iterate(parameters),
    };
  }

  close(): void {
    this.closed = true;
    this.disconnect();
  }

  private connect(): Libsql.Database {
    if (this.closed) throw new Error('The database connection is not open');
    if (this.connection) return this.connection;
    const connection = new (libsql())(this.path, { timeout: this.timeout });
    try {
      // Asked first: to set it needs the file for itself, even where it is set.
      if (journalMode(connection.pragma('journal_mode')) !== 'wal') connection.pragma('journal_mode = wal');
    } catch (thrown) {
      connection.close();
      throw thrown;
    }
    return (this.connection = connection);
  }

  private disconnect(): void {
    this.connection?.close();
    this.connection = undefined;
  }

  private guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      if (isBusy(thrown)) {
        this.interrupted = this.connection?.inTransaction ?? false;
        this.disconnect();
      }
      throw thrown;
    }
  }

  /** On the new connection, what is left of a transaction would be kept statement by statement. */
  private endOfTransaction(sql: string): Statement {
    if (!/^\s*rollback\s*;?\s*$/i.test(sql)) throw new Error('the transaction is over: the file was busy');
    this.interrupted = false;
    const nothing = { changes: 0, lastInsertRowid: 0 };
    return { reader: false, all: () => [], run: () => nothing, iterate: () => [].values() };
  }
}

/** Loaded at the first file: hosts on a database server don't have it. */
function libsql(): typeof Libsql {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() breaks hosts' jest, which has no modules in its vm
  return require('libsql') as typeof Libsql;
}

function journalMode(rows: unknown): string | undefined {
  return (rows as { journal_mode?: string }[])[0]?.journal_mode;
}

function isBusy(thrown: unknown): boolean {
  return /^SQLITE_(?:BUSY|LOCKED)/.test(String((thrown as { code?: unknown } | undefined)?.code));
}
