import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, OwnServer } from './own-server.js';

export const REDIS_URL = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379';

/**
 * Whether a Redis answers there. Specs are named before anything can be waited for: hence a process of its own. Says
 * loudly what is skipped where none does.
 */
export function redisAnswers(): boolean {
  const { hostname, port, protocol } = new URL(REDIS_URL);
  const script = `require('${protocol === 'rediss:' ? 'tls' : 'net'}').connect(${Number(port) || 6379}, ${JSON.stringify(hostname)})
    .on('data', () => process.exit(0)).on('error', () => process.exit(1)).setTimeout(1000, () => process.exit(1)).write('PING\\r\\n')`;
  if (spawnSync(process.execPath, ['-e', script]).status === 0) return true;
  process.stderr.write(
    `\n!! SKIPPED: no Redis answers at ${hostname}:${port || '6379'} (REDIS_URL), the specs on it do not run\n`,
  );
  return false;
}

export function redisIsInstalled(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0;
}

/** A Redis that keeps each write on disk before it answers. It is stopped as a crash does it. */
export async function ownRedis(): Promise<OwnServer> {
  const folder = mkdtempSync(join(tmpdir(), 'frontier-token-redis-'));
  const port = await freePort();
  const durable = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always', '--dir', folder];
  const parameters = ['--port', String(port), '--bind', '127.0.0.1', ...durable];
  const launch = () => spawn('redis-server', parameters, { stdio: 'ignore' });
  return OwnServer.start(`redis://127.0.0.1:${port}`, { folder, port, signal: 'SIGKILL', launch });
}
