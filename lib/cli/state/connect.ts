import { connect as connectSocket, Socket } from 'node:net';
import { Kysely, MysqlDialect, PostgresDialect, SqliteDialect, type Dialect } from 'kysely';
import type * as mysql2 from 'mysql2';
import type * as pg from 'pg';
import { SqliteFile } from '../../sql/sqlite-file.js';
import type { Io } from '../io.js';
import { databaseFile, prepareFolder } from './folder.js';
import type { Place } from './place.js';

/** Milliseconds until a server that does not answer counts as unreachable. */
const CONNECT_TIMEOUT = 5_000;

/**
 * Milliseconds of silence after which a connection is given up. It may have died without a word, and the system would
 * wait for a quarter of an hour. More than the ten seconds after which pg closes an idle one itself.
 */
export const SILENCE = 15_000;

/** mysql2 keeps what waits for a connection without end by default. */
const MOST_WAITING = 1_000;

/**
 * The database of a place. Only the driver that it needs is loaded.
 *
 * @param silence milliseconds that a statement may take
 */
export async function connect(place: Place, io: Io, silence = SILENCE): Promise<Kysely<unknown>> {
  return new Kysely<unknown>({ dialect: await dialect(place, io, silence) });
}

/* eslint-disable @typescript-eslint/no-require-imports -- import() breaks hosts whose tests run in Jest */
async function dialect(place: Place, io: Io, silence: number): Promise<Dialect> {
  switch (place.kind) {
    case 'folder': {
      prepareFolder(place.folder, io);
      return new SqliteDialect({ database: await SqliteFile.open(databaseFile(place.folder)) });
    }
    case 'postgres': {
      const { Pool } = require('pg') as typeof pg;
      const pool = new Pool({
        connectionString: place.url,
        connectionTimeoutMillis: CONNECT_TIMEOUT,
        stream: () => endingInSilence(new Socket(), silence),
      });
      // A connection that breaks in use or at rest would end the process: whoever uses it is told anyway.
      pool.on('error', () => undefined);
      pool.on('connect', (client) => client.on('error', () => undefined));
      return new PostgresDialect({ pool });
    }
    case 'mysql': {
      const { createPool } = require('mysql2') as typeof mysql2;
      const pool = createPool({
        uri: place.url,
        connectTimeout: CONNECT_TIMEOUT,
        queueLimit: MOST_WAITING,
        stream: ({ config: { socketPath, host = '', port = 0 } }: { config: mysql2.ConnectionOptions }) =>
          endingInSilence(socketPath ? connectSocket(socketPath) : connectSocket(port, host), silence).setNoDelay(),
      });
      return new MysqlDialect({ pool });
    }
  }
}
/* eslint-enable @typescript-eslint/no-require-imports */

/** Both drivers open another connection in the place of one that closes, and tell whoever used it. */
function endingInSilence(socket: Socket, silence: number): Socket {
  return socket.setTimeout(silence, () => socket.destroy());
}
