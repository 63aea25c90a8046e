import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeProtectedHeader } from 'jose';
import { failure, frontierTokenCommand, printed, serving, type Serving } from '../support/command-line';

const work = mkdtempSync(join(tmpdir(), 'frontier-token-'));
const data = join(work, 'data');
afterAll(() => rmSync(work, { recursive: true }));

const json = (...argv: string[]) => printed([...argv, '--data', data]);

describe('serve', () => {
  let server: Serving;
  let client: { clientId: string; clientSecret: string };
  const token = () =>
    frontierTokenCommand(['token', '--url', server.url, '--client-id', client.clientId], {
      input: client.clientSecret,
    });
  const kids = async () => {
    const { keys } = (await (await fetch(`${server.url}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] };
    return keys.map(({ kid }) => kid);
  };

  beforeAll(async () => {
    server = await serving(['--data', data]);
  });
  afterAll(() => server.end());

  it('sees at once what commands do beside it', async () => {
    await json('accounts', 'create', '--id', 'robot');
    client = await json('secrets', 'create', 'robot');
    const { status, out } = await token();
    expect(status).toBe(0);
    expect(await frontierTokenCommand(['verify', '--issuer', server.url], { input: out })).toMatchObject({ status: 0 });

    await json('accounts', 'disable', 'robot');
    expect(await token()).toEqual(failure(1, 'unauthorized_client'));
    await json('accounts', 'enable', 'robot');
    await json('secrets', 'revoke', client.clientId);
    expect(await token()).toEqual(failure(1, 'invalid_client'));
    client = await json('secrets', 'create', 'robot');
    expect(await token()).toMatchObject({ status: 0 });
  });

  it('publishes a key that a command made, and signs with it when its time has come', async () => {
    const [first] = await kids();
    const waiting = await json('signing-keys', 'rotate');

    expect(await kids()).toEqual(expect.arrayContaining([first, waiting.kid]));
    expect(decodeProtectedHeader((await token()).out.trim()).kid).toBe(first);
    expect(Date.parse(waiting.signsFrom)).toBeGreaterThan(Date.now() + 3_000_000);

    const { kid } = await json('signing-keys', 'rotate', '--immediately');
    expect(decodeProtectedHeader((await token()).out.trim()).kid).toBe(kid);
    const listed = await json('signing-keys', 'list');
    expect(listed.map((key: { state: string }) => key.state)).toEqual(['signing', 'retired']);
    const { out } = await frontierTokenCommand(['signing-keys', 'list', '--data', data]);
    expect(out).toMatch(
      /^KID +ALG +STATE +SIGNS FROM +PUBLISHED UNTIL\n\S+ +RS256 +signing +20\S+\n\S+ +RS256 +retired +20/,
    );
  });

  it('withdraws a key that leaked, once another signs', async () => {
    const [signing, leaked] = await json('signing-keys', 'list');
    const withdraw = (kid: string) => frontierTokenCommand(['signing-keys', 'withdraw', kid, '--data', data]);

    expect(await withdraw(signing.kid)).toEqual(failure(1, 'rotate --immediately'));
    expect(await withdraw(leaked.kid)).toMatchObject({ status: 0 });
    expect(await kids()).toEqual([signing.kid]);
    expect(await withdraw(leaked.kid)).toEqual(failure(1, 'no signing key'));
  });

  it('tells of each request on standard error, one line of JSON each, without a secret', async () => {
    const seen = server.log().length;
    await token();
    const events = server.log().slice(seen).trimEnd().split('\n');

    expect(events.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ type: 'token.issued', status: 200, accountId: 'robot', credentialId: client.clientId }),
    ]);
    expect(server.log()).not.toContain(client.clientSecret);
  });

  it.each(['/healthz', '/readyz'])('answers %s', async (path) => {
    const answer = await fetch(server.url + path);

    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('goes by the issuer that it is given, and by what the proxies in front of it tell', async () => {
    const issuer = 'https://auth.example.com';
    const other = await serving(['--data', data, '--issuer', issuer, '--trust-proxy', '1']);
    const metadata = await fetch(`${other.url}/.well-known/oauth-authorization-server`);
    expect(await metadata.json()).toMatchObject({ issuer, token_endpoint: `${issuer}/v1beta1/auth/token` });

    const headers = { 'X-Forwarded-For': '203.0.113.7, 192.0.2.1' };
    await fetch(`${other.url}/v1beta1/auth/token`, { method: 'POST', headers });
    expect(JSON.parse(other.log())).toMatchObject({ type: 'token.denied', ip: '192.0.2.1' });
    expect(await other.end()).toBe(0);
  });

  it('says that its port is taken', async () => {
    const { port } = new URL(server.url);

    expect(await frontierTokenCommand(['serve', '--data', data, '--port', port])).toEqual(
      failure(1, `can't listen on port ${port} of 127.0.0.1: it is taken; choose another with --port`),
    );
  });
});
