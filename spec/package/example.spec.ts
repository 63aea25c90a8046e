import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { existsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { checkout } from './packed';

const hasCurl = spawnSync('curl', ['--version']).status === 0;

describe('the host that npm start runs', () => {
  let host: ChildProcess;
  let printed = '';
  const lines = (): string[] => printed.split('\n').filter((line) => line.startsWith('curl '));
  const keyFile = (): string => /'([^']*key\.json)'/.exec(printed)?.[1] ?? '';

  beforeAll(async () => {
    host = spawn(process.execPath, ['examples/host.mjs'], {
      cwd: checkout,
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    for await (const chunk of host.stdout!) {
      printed += String(chunk);
      if (printed.includes('Ctrl-C')) break;
    }
  }, 30_000);
  afterAll(() => host.kill('SIGKILL'));

  it('keeps the key file for its owner alone', () => {
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
  });

  (hasCurl ? it : it.skip)('prints lines that work as they stand, from any folder, any number of times', () => {
    const paste = (line: string): string => execFileSync('sh', ['-c', line], { cwd: tmpdir(), encoding: 'utf8' });
    const token = expect.stringMatching(/^\{"access_token":"[\w-]+\.[\w-]+\.[\w-]+","token_type":"Bearer"/);
    const refused = expect.stringMatching(/^HTTP\/1\.1 401 /);
    const reports = expect.stringMatching(/^\{"reports":\[/);

    expect(lines().map(paste)).toEqual([token, token, token, refused, reports]);
    expect(lines().map(paste)).toEqual([token, token, token, refused, reports]);
  });

  it('stops on SIGTERM and leaves nothing behind', async () => {
    const file = keyFile();
    host.kill('SIGTERM');

    expect(await once(host, 'exit')).toEqual([0, null]);
    expect(existsSync(file)).toBe(false);
  });

  it('says in one line that its port is taken', async () => {
    const server = createServer().listen(0);
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { status, stderr } = spawnSync(process.execPath, ['examples/host.mjs'], {
      cwd: checkout,
      env: { ...process.env, PORT: String(port) },
      encoding: 'utf8',
    });
    server.close();

    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`^Can't listen on port ${port}: it is taken\\..*\\n$`));
  });
});
