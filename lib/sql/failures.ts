import { StoreUnavailableError } from '../errors/store-errors.js';

/**
 * What a driver threw, as the store's callers know it: a database that can't answer now is `StoreUnavailableError`, a
 * missing table says what to do, and all else is passed on.
 */
export async function reaching<T>(call: () => Promise<T>, remedy = 'call SqlStore.migrate() first'): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    if (isUnavailable(thrown)) throw new StoreUnavailableError('the database is unavailable', { cause: thrown });
    if (isMissingTable(thrown)) {
      throw new Error(`a table is missing: ${remedy}`, { cause: thrown });
    }
    throw thrown;
  }
}

/** A key that must be unique is taken. */
export function isDuplicate(thrown: unknown): boolean {
  const { code, errno } = told(thrown);
  return (
    code === '23505' || errno === 1062 || code === 'SQLITE_CONSTRAINT_PRIMARYKEY' || code === 'SQLITE_CONSTRAINT_UNIQUE'
  );
}

/** The row that a new one refers to is not there. */
export function isOrphan(thrown: unknown): boolean {
  const { code, errno } = told(thrown);
  return code === '23503' || errno === 1452 || code === 'SQLITE_CONSTRAINT_FOREIGNKEY';
}

export function isMissingTable(thrown: unknown): boolean {
  const { code, errno, message } = told(thrown);
  return code === '42P01' || errno === 1146 || message.startsWith('no such table');
}

/**
 * SQLSTATE: no connection, rolled back, out of resources, ended by the server or by a time limit; a lock that was not to
 * be had; a server that only reads, since another took over.
 */
const SQL_STATES = /^(?:(?:08|40|53|57)[0-9A-Z]{3}|55P03|25006)$/;
const NETWORK = /^(?:ECONN|EHOST|ENET|ENOTFOUND|EAI_|EPIPE|ETIMEDOUT|ENOENT|PROTOCOL_)/;
const SQLITE = /^SQLITE_(?:BUSY|LOCKED|IOERR|CANTOPEN|FULL|PROTOCOL)/;
/**
 * Too many connections, in all (1040) or of a user (1203, 1226); shutting down; lock wait, deadlock; a server that only
 * reads (1290, 1792, 1836); killed (1317, 1927), out of time (1969, 3024, 4031), gone away (2006), lost (2013).
 */
const MYSQL = new Set([1040, 1053, 1203, 1205, 1213, 1226, 1290, 1317, 1792, 1836, 1927, 1969, 2006, 2013, 3024, 4031]);
/** What drivers and pools say without a code: pg, mysql2, Kysely, libsql and better-sqlite3, a line each. */
const MESSAGES = new RegExp(
  [
    '^Connection terminated|^timeout expired$|^timeout exceeded when trying|^Query read timeout$|not queryable$|^Cannot use a pool after',
    "^Can't add new command when connection is in closed state$|^Pool is closed|^No connections available|^Queue limit reached",
    '^driver has already been destroyed$',
    '^The database connection is not open$',
  ].join('|'),
);

export function isUnavailable(thrown: unknown): boolean {
  const { code, errno, message } = told(thrown);
  if (code === '' && errno === undefined) return MESSAGES.test(message);
  return SQL_STATES.test(code) || NETWORK.test(code) || SQLITE.test(code) || (errno !== undefined && MYSQL.has(errno));
}

function told(thrown: unknown): { code: string; errno: number | undefined; message: string } {
  const { code, errno, message } = (thrown ?? {}) as { code?: unknown; errno?: unknown; message?: unknown };
  return {
    code: typeof code === 'string' ? code : '',
    errno: typeof errno === 'number' ? errno : undefined,
    message: typeof message === 'string' ? message : '',
  };
}
