import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../support/own-server';
import { checkout, installed } from './packed';

/** With all optional peers beside it, and without any. */
const main = join(checkout, 'dist', 'cli', 'main.js');
const bare = join(installed, 'dist', 'cli', 'main.js');

const work = mkdtempSync(join(tmpdir(), 'frontier-token-'));
const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(work, { recursive: true });
});

function command(script: string, argv: readonly string[], { input = '', options = [] as string[] } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...options, script, ...argv], {
    cwd: work,
    encoding: 'utf8',
    input,
  });
  return { status, stdout, stderr };
}

/** `serve` in a process of its own, and the URL that it says. */
async function serve(...argv: string[]): Promise<{ child: ChildProcess; url: string; port: number }> {
  const child = spawn(process.execPath, [main, 'serve', '--port', '0', '--json', ...argv], { cwd: work });
  started.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { url } = JSON.parse(String(line)) as { url: string };
  return { child, url, port: Number(new URL(url).port) };
}

describe('where optional peers are missing', () => {
  it.each([
    ['SQLite', ['accounts', 'list'], 'kysely@0.28 libsql'],
    ['PostgreSQL', ['migrate', '--database', 'postgres://localhost/db'], 'kysely@0.28 pg'],
    ['MySQL', ['migrate', '--database', 'mysql://localhost/db'], 'kysely@0.28 mysql2'],
    ['a server', ['serve'], 'kysely@0.28 libsql'],
  ])('a command on %s ends with 2 and the line that installs them', (_what, argv, packages) => {
    expect(command(bare, argv)).toEqual({
      status: 2,
      stdout: '',
      stderr: `frontier-token: packages are missing, install them: npm install ${packages}\n`,
    });
    expect(existsSync(join(work, 'frontier-token-data'))).toBe(false);
  });

  it('a client needs none of them, nor Express', async () => {
    const data = ['--data', join(work, 'client')];
    const { child, url } = await serve(...data);
    command(main, ['accounts', 'create', '--id', 'robot', ...data]);
    command(main, ['keys', 'create', 'robot', '--out', 'client.json', '--alg', 'ES256', ...data]);
    writeFileSync(
      join(work, 'without.cjs'),
      `const Module = require('node:module');
       const load = Module._load;
       Module._load = (name, ...rest) => {
         if (/^(?:express|kysely|libsql|pg|mysql2|redis|ioredis)$/.test(name)) throw new Error('loads ' + name);
         return load(name, ...rest);
       };`,
    );
    const options = ['--require', './without.cjs'];
    const token = command(bare, ['token', '--url', url, '--key-file', 'client.json'], { options });
    const verified = command(bare, ['verify', '--issuer', url, '--json'], { options, input: token.stdout });
    const assertion = command(bare, ['assertion', '--audience', url, '--key-file', 'client.json'], { options });
    child.kill();

    expect([token, verified, assertion].map(({ status, stderr }) => ({ status, stderr }))).toEqual(
      Array(3).fill({ status: 0, stderr: '' }),
    );
    expect(JSON.parse(verified.stdout)).toMatchObject({ iss: url, sub: 'robot' });
  });
});

describe('a signal to serve', () => {
  /** A token request whose body is not all there yet. */
  async function halfRequest(port: number) {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('error', () => undefined);
    const received = new Promise<string>((resolve) => socket.on('close', () => resolve(text)));
    const head = ['POST /v1beta1/auth/token HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];
    socket.write([...head, 'Content-Length: 2', '', '{'].join('\r\n'));
    // Answered on another connection: the half request, which came before, is under way.
    await fetch(`http://127.0.0.1:${port}/healthz`);
    return { socket, received };
  }

  it.each(['SIGTERM', 'SIGINT'] as const)('%s: it finishes what is under way, and exits with 0', async (signal) => {
    const { child, port } = await serve('--data', join(work, 'signal'));
    const { socket, received } = await halfRequest(port);
    child.kill(signal);
    await untilRefused(port);
    socket.write('}');

    expect(await received).toMatch(/^HTTP\/1\.1 400 [^]*Connection: close[^]*"error":"invalid_request"/);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(existsSync(join(work, 'signal', 'frontier-token.db-wal'))).toBe(false);
  });

  it('a second one ends it at once', async () => {
    const { child, port } = await serve('--data', join(work, 'signal'));
    await halfRequest(port);
    child.kill('SIGTERM');
    await untilRefused(port);
    child.kill('SIGTERM');

    expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
  });

  /** Until it takes no more connections. One that came just before is reset. */
  async function untilRefused(port: number): Promise<void> {
    for (let code: string | undefined; code !== 'ECONNREFUSED';) {
      const socket = connect(port, '127.0.0.1');
      const failed = once(socket, 'error').then(([error]) => (error as NodeJS.ErrnoException).code);
      code = await Promise.race([failed, once(socket, 'connect').then(() => undefined)]);
      socket.destroy();
    }
  }
});

it('takes commands that are the first in a folder at the same moment', async () => {
  const run = promisify(execFile);
  const ended = await Promise.all(
    ['a', 'b', 'c', 'd'].map((id) =>
      run(process.execPath, [main, 'accounts', 'create', '--id', id, '--data', join(work, 'at-once')]),
    ),
  );
  const { stdout } = command(main, ['accounts', 'list', '--data', join(work, 'at-once'), '--json']);

  expect((JSON.parse(stdout) as { id: string }[]).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  expect(ended.filter(({ stderr }) => stderr.includes('made '))).toHaveLength(1);
});

// Half a second on a usual machine; how fast a machine is, Express tells.
it('runs a command in less than three times the processor time that loading Express takes', () => {
  writeFileSync(
    join(work, 'time.cjs'),
    `process.on('exit', () => {
       const { user, system } = process.cpuUsage();
       process.stderr.write(String((user + system) / 1000));
     });`,
  );
  const quickest = (script: string, argv: readonly string[]) => {
    const times = Array.from({ length: 3 }, () => {
      const { status, stderr } = command(script, argv, { options: ['-r', './time.cjs'] });
      expect(status).toBe(0);
      return Number(stderr);
    });
    return Math.min(...times);
  };
  const data = ['--data', join(work, 'timed')];
  command(main, ['accounts', 'create', '--id', 'robot', ...data]);
  const express = quickest('-e', [`require(${JSON.stringify(require.resolve('express'))})`]);

  expect(express).toBeGreaterThan(0);
  expect(quickest(main, ['accounts', 'show', 'robot', ...data])).toBeLessThan(3 * express);
});

it('writes a key file whole or not at all', () => {
  // A file may have no bytes in this shell: as on a disk that is full.
  const script = `require(${JSON.stringify(join(checkout, 'dist', 'cli', 'new-file.js'))}).writePrivate('half.json', 'x'.repeat(100))`;
  const { stderr } = spawnSync('sh', ['-c', `ulimit -f 0; exec "$0" -e "$1"`, process.execPath, script], {
    cwd: work,
    encoding: 'utf8',
  });

  expect(stderr).toContain("can't write half.json: EFBIG");
  expect(existsSync(join(work, 'half.json'))).toBe(false);
});

describe('the first lines of docs/command-line.md', () => {
  const page = readFileSync(join(checkout, 'docs', 'command-line.md'), 'utf8');
  const [install = '', make = '', use = ''] = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(
    ([, block = '']) => block,
  );
  const folder = join(work, 'quick-start');

  it('lead from nothing to a token as they stand', async () => {
    const bin = join(folder, 'node_modules', '.bin');
    mkdirSync(bin, { recursive: true });
    chmodSync(main, 0o755);
    symlinkSync(main, join(bin, 'frontier-token'));
    const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
    const options = { cwd: folder, env, encoding: 'utf8' as const };

    const port = await freePort();
    const own = (lines: string) => lines.replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`).replaceAll('npx ', '');
    const [, start = ''] = install.trim().split('\n');
    const server = spawn('sh', ['-c', `exec ${own(start)} --port ${port}`], options);
    started.push(server);
    expect(String(await once(server.stdout, 'data'))).toBe(`Listening on http://127.0.0.1:${port}\n`);
    const { status, stdout, stderr } = spawnSync('sh', ['-ec', own(make) + own(use)], options);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^account {2}nightly-export$/m);
    expect(stdout).toMatch(/^sub +nightly-export$/m);
    expect(stdout).toMatch(/^scope +reports:read$/m);
    server.kill();
  });
});
