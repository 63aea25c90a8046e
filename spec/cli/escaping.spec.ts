import type * as mysql2 from 'mysql2';
import { failure, frontierTokenCommand } from '../support/command-line';
import { mysql, onEach } from '../support/databases';

// The mode is the session's: the server's own would be that of all other specs too.
jest.mock('mysql2', () => {
  const actual = jest.requireActual<typeof mysql2>('mysql2');
  const createPool = (options: mysql2.PoolOptions) => {
    const pool = actual.createPool(options);
    pool.on('connection', (connection) => connection.query("set session sql_mode = 'NO_BACKSLASH_ESCAPES'"));
    return pool;
  };
  return { ...actual, createPool };
});

onEach([mysql], 'commands', (database) => {
  it.each([['serve', '--port', '0'], ['migrate'], ['accounts', 'list']])(
    'refuse a database in whose mode a client id could be SQL: %s',
    async (...argv) => {
      const env = { FRONTIER_TOKEN_ENCRYPTION_KEY: 'a'.repeat(64) };
      const ended = await frontierTokenCommand([...argv, '--database', database().url], { env });
      expect(ended).toEqual(failure(1, "the database's sql_mode must not have NO_BACKSLASH_ESCAPES"));
    },
  );
});
