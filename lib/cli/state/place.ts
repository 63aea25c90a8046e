import { resolve } from 'node:path';
import { UsageError } from '../failure.js';
import type { StateFlags } from '../flags.js';
import type { Io } from '../io.js';

/** Where accounts and keys are kept. */
export type Place = { kind: 'folder'; folder: string } | { kind: 'postgres' | 'mysql'; url: string };

/** Of a mysql:// URL. */
const MYSQL_PARAMETERS = ['compress', 'enableCleartextPlugin', 'socketPath', 'ssl'];

const DEFAULT_FOLDER = 'frontier-token-data';

/** A flag counts before the environment. The URL, which may hold a password, is in no message. */
export function placeOf({ database, data }: StateFlags, { env }: Pick<Io, 'env'>): Place {
  if (database !== undefined && data !== undefined) throw new UsageError('give --database or --data, not both');
  if (data !== undefined) return folder(data);
  const url = database ?? env.FRONTIER_TOKEN_DATABASE;
  return url === undefined || (url === '' && database === undefined) ? folder(DEFAULT_FOLDER) : server(url);
}

function folder(data: string): Place {
  if (data === '') throw new UsageError('--data needs the path of a folder');
  return { kind: 'folder', folder: resolve(data) };
}

function server(url: string): Place {
  const scheme = isUrl(url) ? /^(\w+):\/\/\S+$/.exec(url)?.[1] : undefined;
  if (scheme === 'postgres' || scheme === 'postgresql') return { kind: 'postgres', url };
  if (scheme === 'mysql' || scheme === 'mariadb') {
    for (const name of new URL(url).searchParams.keys()) refuseUnknown(name);
    return { kind: 'mysql', url: url.replace(/^mariadb:/, 'mysql:') };
  }
  throw new UsageError('the database must be a URL such as postgres://user@host/name or mysql://user@host/name');
}

/** mysql2 takes whatever is there for options of its own, some of which would change what statements mean. */
function refuseUnknown(parameter: string): void {
  if (MYSQL_PARAMETERS.includes(parameter)) return;
  throw new UsageError(`the database's URL has an unknown parameter; known are: ${MYSQL_PARAMETERS.join(', ')}`);
}

/** Not URL.canParse: that of Node 20 sometimes says no to a host with an umlaut. */
function isUrl(text: string): boolean {
  try {
    return new URL(text).host !== '';
  } catch {
    return false;
  }
}
