import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, OwnServer } from './own-server.js';

/** In the path on some systems, below /usr/lib on Debian's. */
const programs = [
  ...versions('/usr/lib/postgresql').map((version) => `/usr/lib/postgresql/${version}/bin`),
  ...(process.env.PATH ?? '').split(':'),
].find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));

export const postgresIsInstalled = programs !== undefined;

/** A new PostgreSQL cluster. It does not run as root: there it runs as the user `postgres`. */
export async function ownPostgres(): Promise<OwnServer> {
  const folder = mkdtempSync(join(tmpdir(), 'frontier-token-postgres-'));
  const port = await freePort();
  const user = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const options = { ...user, cwd: folder, stdio: 'ignore' } as const;
  const data = join(folder, 'data');
  const run = (program: string) => join(programs!, program);
  execFileSync(run('initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8'], options);
  return OwnServer.start(`postgres://postgres@127.0.0.1:${port}/postgres`, {
    folder,
    port,
    // PostgreSQL's fast shutdown, which ends the clients' connections.
    signal: 'SIGINT',
    launch: () =>
      spawn(run('postgres'), ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-F'], options),
  });
}

function idOf(flag: string): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
}

function versions(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
