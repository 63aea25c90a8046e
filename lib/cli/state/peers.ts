import { UsageError } from '../failure.js';
import type { Place } from './place.js';

/** The packages that a place needs beside this one: hosts that keep their data elsewhere don't have them. */
export const PEERS: Readonly<Record<Place['kind'], readonly string[]>> = {
  folder: ['kysely', 'libsql'],
  postgres: ['kysely', 'pg'],
  mysql: ['kysely', 'mysql2'],
};

/** The newest of these that run on every Node that the package runs on. */
const VERSIONS: Readonly<Record<string, string>> = { kysely: '@0.28' };

/** @throws UsageError with the line that installs what is missing */
export function requirePeers(names: readonly string[]): void {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const wanted = missing.map((name) => `${name}${VERSIONS[name] ?? ''}`);
  throw new UsageError(`packages are missing, install them: npm install ${wanted.join(' ')}`);
}

function isInstalled(name: string): boolean {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() breaks hosts whose tests run in Jest
    require(name);
    return true;
  } catch (thrown) {
    // Or a part of it, as libsql's for another platform: that is mended likewise.
    if ((thrown as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return false;
    throw thrown;
  }
}
