import { StaticKeyStore, type AlgorithmName } from 'frontier-token';
import request from 'supertest';
import { bySecret, issuer, ISSUER, TOKEN_PATH, verified, type Issuer } from '../support/issuer.js';

const grant_type = 'client_credentials';
const url = ({ app }: Issuer) => request(app).post(TOKEN_PATH);
const ways: [string, (host: Issuer) => request.Test][] = [
  ['a form body', (host) => bySecret(host)],
  ['a JSON body', (host) => url(host).send({ grant_type, client_id: host.id, client_secret: host.secret })],
  ['a Basic header and a form body', (host) => url(host).type('form').auth(host.id, host.secret).send({ grant_type })],
  ['a Basic header and a JSON body', (host) => url(host).auth(host.id, host.secret).send({ grant_type })],
];

describe.each(ways)('a client secret in %s', (_way, ask) => {
  let host: Issuer;
  beforeAll(async () => (host = await issuer()));

  it('is answered with a token, its type, its lifetime and its scope, and nothing else', async () => {
    const answer = await ask(host);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.body).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'reports:read reports:write',
    });
  });

  it('is answered with what no cache may keep', async () => {
    const { headers } = await ask(host).expect(200);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
    expect(headers).not.toHaveProperty('etag');
    expect(headers).not.toHaveProperty('www-authenticate');
  });

  it('gives a token that jose verifies, for the account and the credential', async () => {
    const { body } = await ask(host).expect(200);
    const { payload } = await verified(host.app, body.access_token);
    expect(payload).toMatchObject({ sub: host.robot.id, client_id: host.id });
  });
});

describe('an access token', () => {
  const tokenOf = async (host: Issuer, more: object = {}): Promise<string> =>
    (await bySecret(host, more).expect(200)).body.access_token;

  it('has the claims of RFC 9068 and no others', async () => {
    const host = await issuer();
    const before = Math.floor(Date.now() / 1000);
    const { payload } = await verified(host.app, await tokenOf(host));
    expect(payload).toEqual({
      iss: ISSUER,
      sub: host.robot.id,
      aud: ISSUER,
      client_id: host.id,
      iat: expect.any(Number),
      nbf: payload.iat,
      exp: payload.iat! + 3600,
      jti: expect.stringMatching(/^.{16,}$/),
      scope: 'reports:read reports:write',
    });
    expect(payload.iat).toBeGreaterThanOrEqual(before);
    expect(payload.iat).toBeLessThanOrEqual(Date.now() / 1000);
  });

  it.each<AlgorithmName>(['RS256', 'PS256', 'ES256', 'ES384', 'ES512'])(
    'has a header of alg, kid and typ, for %s',
    async (alg) => {
      const host = await issuer({ keyStore: await StaticKeyStore.generate({ alg }) });
      const { header } = await verified(host.app, await tokenOf(host));
      const jwks = await request(host.app).get('/.well-known/jwks.json');
      expect(header).toEqual({ alg, kid: jwks.body.keys[0].kid, typ: 'at+jwt' });
    },
  );

  it('has a jti of its own', async () => {
    const host = await issuer();
    const tokens = await Promise.all(Array.from({ length: 10 }, () => tokenOf(host)));
    const ids = await Promise.all(tokens.map(async (token) => (await verified(host.app, token)).payload.jti));
    expect(new Set(ids).size).toBe(10);
  });

  it('has the scope that was asked for', async () => {
    const host = await issuer();
    const { payload } = await verified(host.app, await tokenOf(host, { scope: 'reports:write' }));
    expect(payload.scope).toBe('reports:write');
  });

  it('of an account without scopes has no scope, nor has the answer', async () => {
    const host = await issuer();
    const { id } = await host.accounts.create();
    const { clientId, clientSecret } = await host.accounts.createSecret(id);
    const { body } = await bySecret({ app: host.app, id: clientId, secret: clientSecret }).expect(200);
    expect(Object.keys(body)).toEqual(['access_token', 'token_type', 'expires_in']);
    expect((await verified(host.app, body.access_token)).payload).not.toHaveProperty('scope');
  });

  it.each([
    ['a string', 'https://reports.test', 'https://reports.test'],
    ['an array', ['https://reports.test', 'https://bills.test'], ['https://reports.test', 'https://bills.test']],
  ])('has the audience that the host set as %s', async (_kind, audience, aud) => {
    const host = await issuer({ audience });
    const { payload } = await verified(host.app, await tokenOf(host), { audience: 'https://reports.test' });
    expect(payload.aud).toEqual(aud);
  });

  it.each([1, 60, 86_400])('lives for an accessTokenLifetime of %d seconds', async (accessTokenLifetime) => {
    const host = await issuer({ accessTokenLifetime });
    const { body } = await bySecret(host).expect(200);
    expect(body.expires_in).toBe(accessTokenLifetime);
    const { iat, exp } = JSON.parse(Buffer.from(body.access_token.split('.')[1], 'base64url').toString());
    expect(exp - iat).toBe(accessTokenLifetime);
  });
});
