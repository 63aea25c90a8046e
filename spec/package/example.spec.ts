import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout } from './packed';

const hasCurl = spawnSync('curl', ['--version']).status === 0;

describe('the host that npm start runs', () => {
  const data = mkdtempSync(join(tmpdir(), 'frontier-token-example-'));
  let host: ChildProcess;
  let printed: string;
  const lines = (): string[] => printed.split('\n').filter((line) => line.startsWith('curl '));
  const port = (): string => /localhost:(\d+)/.exec(printed)![1]!;

  async function start(port: string): Promise<void> {
    printed = '';
    host = spawn(process.execPath, ['examples/host.mjs'], {
      cwd: checkout,
      env: { ...process.env, PORT: port, DATA: data },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    for await (const chunk of host.stdout!) {
      printed += String(chunk);
      if (printed.includes('Ctrl-C')) break;
    }
  }

  async function stop(): Promise<unknown> {
    const ended = once(host, 'exit');
    host.kill('SIGTERM');
    return ended;
  }

  beforeAll(() => start('0'), 60_000);
  afterAll(() => {
    host.kill('SIGKILL');
    rmSync(data, { recursive: true });
  });

  it.each(['encryption-key', 'secret.json', 'key.json'])('keeps %s for its owner alone', (file) => {
    expect(statSync(join(data, file)).mode & 0o777).toBe(0o600);
  });

  (hasCurl ? it : it.skip)(
    'prints lines that work as they stand, from any folder, and after the next start',
    async () => {
      const paste = (line: string): string => execFileSync('sh', ['-c', line], { cwd: tmpdir(), encoding: 'utf8' });
      const token = expect.stringMatching(/^\{"access_token":"[\w-]+\.[\w-]+\.[\w-]+","token_type":"Bearer"/);
      const refused = expect.stringMatching(/^HTTP\/1\.1 401 /);
      const reports = expect.stringMatching(/^\{"reports":\[/);
      const old = lines();

      expect(old.map(paste)).toEqual([token, token, token, refused, reports]);
      expect(await stop()).toEqual([0, null]);
      await start(port());
      expect(lines()).toEqual(old);
      expect(old.map(paste)).toEqual([token, token, token, refused, reports]);
    },
    60_000,
  );

  it('says in one line that its port is taken', async () => {
    const server = createServer().listen(0);
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { status, stderr } = spawnSync(process.execPath, ['examples/host.mjs'], {
      cwd: checkout,
      env: { ...process.env, PORT: String(port), DATA: data },
      encoding: 'utf8',
    });
    server.close();

    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`^Can't listen on port ${port}: it is taken\\..*\\n$`));
  });
});
