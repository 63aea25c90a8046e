import { randomBytes } from 'node:crypto';
import { failure, frontierTokenCommand, printed, serving } from '../support/command-line';
import { mysql, onEach, postgres } from '../support/databases';
import { TcpProxy } from '../support/tcp-proxy';

const env = { FRONTIER_TOKEN_ENCRYPTION_KEY: randomBytes(32).toString('base64') };

onEach([postgres, mysql], 'commands', (database) => {
  const json = (...argv: string[]) => printed([...argv, '--database', database().url], { env });

  it('say that the tables are missing, and make them when they are told to', async () => {
    for (const argv of [
      ['accounts', 'list'],
      ['signing-keys', 'list'],
      ['serve', '--port', '0'],
    ]) {
      expect(await frontierTokenCommand([...argv, '--database', database().url], { env })).toEqual(
        failure(1, "the database lacks a table; 'frontier-token migrate' makes it"),
      );
    }
    expect(await json('migrate')).toEqual({ applied: [1] });
    expect(await json('migrate')).toEqual({ applied: [] });
  });

  it('take the URL from the environment too', async () => {
    const account = await json('accounts', 'create', '--title', 'robot');

    expect(await printed(['accounts', 'list'], { env: { ...env, FRONTIER_TOKEN_DATABASE: database().url } })).toEqual([
      account,
    ]);
  });

  it('do not read the signing keys with another encryption key', async () => {
    await json('signing-keys', 'list');

    const argv = ['signing-keys', 'list', '--database', database().url];
    for (const [status, key, line] of [
      [1, randomBytes(32).toString('hex'), 'is not the one that the signing keys are encrypted with'],
      [2, 'too short', 'must hold 32 bytes in base64 or hex'],
    ] as const) {
      const ended = await frontierTokenCommand(argv, { env: { FRONTIER_TOKEN_ENCRYPTION_KEY: key } });
      expect(ended).toEqual(failure(status, `FRONTIER_TOKEN_ENCRYPTION_KEY ${line}`));
      expect(ended.err).not.toContain(key);
    }
  });

  it('serve: not ready while the database is away, ready again when it is back', async () => {
    const { proxy, url } = await TcpProxy.to(database().url);
    const server = await serving(['--database', url], env);
    const status = async (path: string) => (await fetch(server.url + path)).status;
    expect([await status('/readyz'), await status('/healthz')]).toEqual([200, 200]);
    proxy.cut();
    expect([await status('/readyz'), await status('/healthz')]).toEqual([503, 200]);
    const argv = ['token', '--url', server.url, '--client-id', 'robot'];
    expect(await frontierTokenCommand(argv, { input: 'secret' })).toEqual(failure(1, 'temporarily_unavailable'));
    const event = server.log().trimEnd().split('\n').at(-1)!;
    expect(JSON.parse(event)).toMatchObject({ type: 'token.failed', status: 503, cause: expect.any(String) });
    proxy.mend();
    expect(await status('/readyz')).toBe(200);

    expect(await server.end()).toBe(0);
    await proxy.close();
  });

  it('say that the database can not be reached, and never its password', async () => {
    const { proxy, url } = await TcpProxy.to(database().url);
    await proxy.close();
    const away = url.replace(/\/\/(\w+)@/, '//$1:topsecret@');
    const ended = await frontierTokenCommand(['accounts', 'list', '--database', away], { env });

    expect(ended).toEqual(failure(1, "the database can't be reached: connect ECONNREFUSED 127.0.0.1"));
    expect(ended.err).not.toContain('topsecret');
  });
});
