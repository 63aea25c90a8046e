import { isUnavailable } from '../../lib/sql/failures.js';

describe('an outage', () => {
  it.each([
    // PostgreSQL: too many connections, starting, a failed connection, a deadlock, a standby, a lock, a time limit
    ...['53300', '57P03', '08006', '40P01', '25006', '55P03', '57014'].map((code) => ({ code })),
    // MySQL and MariaDB: too many connections, of a user too, a deadlock, one that only reads, a time limit
    ...[1040, 1226, 1213, 1290, 1836, 1969, 3024].map((errno) => ({ code: 'ER_…', errno })),
    ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE'].map((code) => ({ code, errno: -1 })),
    ...['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_IOERR_WRITE', 'SQLITE_FULL'].map((code) => ({ code })),
    { message: 'timeout expired' },
    { message: 'Client was closed and is not queryable' },
    { message: "Can't add new command when connection is in closed state" },
  ])('is %j', (thrown) => {
    expect(isUnavailable(thrown)).toBe(true);
  });

  it.each([
    // Not allowed, a wrong password, a value too long
    ...['42501', '28P01', '22001'].map((code) => ({ code })),
    ...[1045, 1142, 1406].map((errno) => ({ code: 'ER_…', errno })),
    ...['SQLITE_READONLY', 'SQLITE_CONSTRAINT_PRIMARYKEY', 'SQLITE_ERROR'].map((code) => ({ code })),
    // What clients make up is in messages.
    { code: 'ER_DUP_ENTRY', errno: 1062, message: "Duplicate entry 'Pool is closed.' for key 'PRIMARY'" },
    { code: 57, message: 'Connection' },
    new Error('anything else'),
    'timeout expired',
    undefined,
    null,
  ])('is not %j', (thrown) => {
    expect(isUnavailable(thrown)).toBe(false);
  });
});
