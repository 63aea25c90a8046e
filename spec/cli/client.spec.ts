import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { frontierToken, MemoryStore, ServiceAccounts, StaticKeyStore } from 'frontier-token';
import { failure, frontierTokenCommand } from '../support/command-line';

const folder = mkdtempSync(join(tmpdir(), 'frontier-token-'));
const file = (name: string) => join(folder, name);
const server = createServer();
let issuer: string;
/** Where nothing listens. */
let nowhere: string;
let clientId: string;
let secret: string;
let account: string;
/** A token of this issuer's. */
let token: string;

beforeAll(async () => {
  const closed = createServer();
  nowhere = `http://127.0.0.1:${await listening(closed)}`;
  closed.close();
  issuer = `http://127.0.0.1:${await listening(server)}`;
  const [store, keyStore] = [new MemoryStore(), await StaticKeyStore.generate({ alg: 'ES256' })];
  const accounts = new ServiceAccounts(store, { issuer });
  ({ id: account } = await accounts.create({ scopes: ['read', 'write'] }));
  ({ clientId, clientSecret: secret } = await accounts.createSecret(account));
  const keyFile = await accounts.createKey(account);
  const { kid, principal_id, ...google } = keyFile;
  writeFileSync(file('robot.json'), JSON.stringify(keyFile));
  writeFileSync(file('google.json'), JSON.stringify(google));
  writeFileSync(
    file('frontier.json'),
    JSON.stringify(await accounts.createKey(account, { alg: 'ES384', format: 'frontier' })),
  );
  writeFileSync(file('pss.json'), JSON.stringify(await accounts.createKey(account, { alg: 'PS256' })));
  writeFileSync(file('broken.json'), '{"private_key":"-----BEGIN PRIVATE KEY-----topsecret"}');
  const app = express();
  app.post('/moved/v1beta1/auth/token', (_req, res) => res.redirect(307, '/v1beta1/auth/token'));
  app.post('/broken/v1beta1/auth/token', (_req, res) => void res.status(502).send('<h1>Bad gateway'));
  app.post(
    '/rude/v1beta1/auth/token',
    (_req, res) => void res.status(400).json({ error: 'no\n\u001b[31m', error_description: 'two\nlines' }),
  );
  const answers = {
    '/failed': [500, 'abc'],
    '/ansi': [200, '\u001b[31m'],
    '/lines': [200, 'a\r\nb'],
    '/empty': [200, ''],
  };
  for (const [path, [status, token]] of Object.entries(answers)) {
    app.post(
      `${path}/v1beta1/auth/token`,
      (_req, res) => void res.status(Number(status)).json({ access_token: token }),
    );
  }
  app.post('/endless/v1beta1/auth/token', (_req, res) => void res.json({ access_token: 'x'.repeat(100_000) }));
  app.post('/echo/v1beta1/auth/token', express.urlencoded(), (req, res) => {
    res.status(400).json({ error: 'no', error_description: `you sent ${req.body.client_secret}` });
  });
  server.on('request', app.use(frontierToken({ issuer, credentialStore: store, keyStore, accessTokenLifetime: 1000 })));
  token = (await asked('--key-file', file('robot.json'))).out.trim();
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

async function listening(which: Server): Promise<number> {
  await once(which.listen(0, '127.0.0.1'), 'listening');
  return (which.address() as AddressInfo).port;
}

const asked = (...flags: string[]) => frontierTokenCommand(['token', '--url', issuer, ...flags]);

describe('token', () => {
  it.each([
    ['an RSA key file', 'robot.json', []],
    ["a key file in Google's form", 'google.json', []],
    ["a key file in Frontier's form, on a curve", 'frontier.json', []],
    ['a key file made for PS256', 'pss.json', ['--alg', 'PS256']],
  ])('gets a token with %s, and prints nothing else', async (_kind, name, flags) => {
    const { status, out, err } = await asked('--key-file', file(name), ...flags);

    expect([status, err]).toEqual([0, '']);
    expect(decodeJwt(out.trim())).toMatchObject({ iss: issuer, sub: account, scope: 'read write' });
    expect(out).toBe(`${out.trim()}\n`);
  });

  it.each([
    ['the environment', () => ({ env: { FRONTIER_TOKEN_CLIENT_SECRET: secret } })],
    ['standard input', () => ({ input: `${secret}\n` })],
  ])('gets a token with a client secret from %s', async (_where, surroundings) => {
    const argv = ['token', '--url', `${issuer}/`, '--client-id', clientId, '--scope', 'read'];
    const { out } = await frontierTokenCommand(argv, surroundings());

    expect(decodeJwt(out.trim())).toMatchObject({ client_id: clientId, scope: 'read' });
  });

  it('prints the whole answer as JSON', async () => {
    const { out } = await asked('--key-file', file('robot.json'), '--scope', 'read', '--scope', 'write', '--json');

    expect(JSON.parse(out)).toEqual({
      access_token: expect.stringMatching(/^ey/),
      token_type: 'Bearer',
      expires_in: 1000,
      scope: 'read write',
    });
  });

  it('takes the URL of the token route too', async () => {
    const { status } = await frontierTokenCommand([
      ...['token', '--url', `${issuer}/v1beta1/auth/token`, '--key-file', file('robot.json')],
    ]);

    expect(status).toBe(0);
  });

  it('signs for the server that it asks, whatever the key file names', async () => {
    const behindProxy = issuer.replace('127.0.0.1', 'localhost');
    const argv = ['token', '--url', behindProxy, '--key-file', file('robot.json')];

    expect(await frontierTokenCommand(argv)).toEqual(failure(1, 'the server refused: invalid_grant'));
    expect(await frontierTokenCommand([...argv, '--audience', issuer])).toMatchObject({ status: 0 });
  });

  it.each([
    ['a wrong secret', [], 'the server refused: invalid_client \\(client authentication failed\\)'],
    ['a scope that the account does not have', ['--scope', 'admin'], 'invalid_scope'],
    ['a server that is not there', ['--url', 'nowhere'], "can't reach http://127.0.0.1:\\S+: connect ECONNREFUSED"],
    ['an answer that is none', ['--url', '/broken'], 'answered with status 502 and no token'],
    ['a redirect, which it does not follow', ['--url', '/moved'], 'answered with status 307 and no token'],
    ['a token with a status that is none of success', ['--url', '/failed'], 'answered with status 500 and no token'],
    ['a token that a terminal would obey', ['--url', '/ansi'], 'answered with status 200 and no token'],
    ['a token of two lines', ['--url', '/lines'], 'answered with status 200 and no token'],
    ['an empty token', ['--url', '/empty'], 'answered with status 200 and no token'],
    ['an answer that is too long', ['--url', '/endless'], 'the answer has more than 65536 bytes'],
    ['a refusal that repeats the secret, which it does not print', ['--url', '/echo'], 'the server refused: no'],
    ['a refusal of several lines', ['--url', '/rude'], 'the server refused: no \\[31m \\(two lines\\)'],
  ])('fails on %s', async (_what, flags, line) => {
    const url = (flag: string) => (flag.startsWith('/') ? issuer + flag : flag === 'nowhere' ? nowhere : flag);
    const input = flags.length === 0 ? 'wrong' : secret;

    expect(
      await frontierTokenCommand(['token', '--url', issuer, '--client-id', clientId, ...flags.map(url)], { input }),
    ).toEqual(failure(1, line));
  });

  it.each([
    ['is not there', 'missing.json', "can't read .*missing.json: ENOENT"],
    ['is none', 'broken.json', 'broken.json is no key file: the key file must hold kid, principal_id and private_key'],
  ])('says what is wrong with a key file that %s', async (_what, name, line) => {
    const ended = await asked('--key-file', file(name));

    expect(ended).toEqual(failure(1, line));
    expect(ended.err).not.toContain('topsecret');
  });
});

describe('assertion', () => {
  it('prints an assertion of five minutes that can be used once', async () => {
    const { status, out } = await frontierTokenCommand([
      ...['assertion', '--key-file', file('robot.json'), '--audience', issuer],
    ]);
    const { iat = 0, ...claims } = decodeJwt(out.trim());

    expect(status).toBe(0);
    expect(decodeProtectedHeader(out.trim())).toEqual({ alg: 'RS256', typ: 'JWT', kid: expect.any(String) });
    expect(claims).toEqual({ iss: account, sub: account, aud: issuer, exp: iat + 300, jti: expect.any(String) });
  });

  it('is taken by the server', async () => {
    const argv = ['assertion', '--key-file', file('frontier.json'), '--audience', issuer, '--json'];
    const { assertion } = JSON.parse((await frontierTokenCommand(argv)).out) as { assertion: string };
    const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });

    expect(await fetch(`${issuer}/v1beta1/auth/token`, { method: 'POST', body })).toHaveProperty('status', 200);
  });

  it('refuses an algorithm that does not fit the key', async () => {
    const argv = ['assertion', '--key-file', file('robot.json'), '--audience', issuer, '--alg', 'ES256'];

    expect(await frontierTokenCommand(argv)).toEqual(failure(1, 'the alg does not fit the key'));
  });
});

describe('verify', () => {
  const verify = (flags: readonly string[], input: string | undefined) =>
    frontierTokenCommand(['verify', '--issuer', issuer, ...flags], { input });

  it('prints the claims of a valid token, times for people to read', async () => {
    const { out } = await verify([], `${token}\n`);

    expect(out).toMatch(new RegExp(`^iss +${issuer}$`, 'm'));
    expect(out).toMatch(/^exp +20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/m);
  });

  it('prints them as JSON', async () => {
    const { out } = await verify(['--json', '--jwks-uri', `${issuer}/.well-known/jwks.json`], token);

    expect(JSON.parse(out)).toEqual(decodeJwt(token));
  });

  it.each([
    ['is no token', [], 'hello', 'it is no JWT'],
    ['was changed', [], () => token.replace(/\.[^.]+$/, '.AAAA'), 'its signature is wrong'],
    ['is for others', ['--audience', 'https://others.test'], () => token, 'another audience'],
  ])('refuses what %s', async (_what, flags, input, line) => {
    expect(await verify(flags, typeof input === 'string' ? input : input())).toEqual(
      failure(1, `not valid: .*${line}`),
    );
  });

  it("says that it can't get the issuer's keys", async () => {
    expect(await verify(['--jwks-uri', nowhere], token)).toEqual(
      failure(1, `can't get the issuer's keys from ${nowhere}: connect ECONNREFUSED`),
    );
  });
});
