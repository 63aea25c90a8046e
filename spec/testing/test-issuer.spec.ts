import express, { type Express } from 'express';
import { requireAccessToken } from 'frontier-token';
import { testIssuer, type TestIssuer, type TestIssuerOptions, type TestTokenOptions } from 'frontier-token/testing';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import request from 'supertest';

const ISSUER = 'https://issuer.test';
const SCOPE = 'reports:read';

/** A host with one guarded route, and the router of the issuer beside it. */
function host(
  { issuer, keyStore, router }: TestIssuer,
  more: { audience?: string; profile?: 'frontier' } = {},
): Express {
  const app = express();
  app.use(router);
  app.get('/reports', requireAccessToken({ issuer, keyStore, scopes: [SCOPE], ...more }), (req, res) => {
    res.json(req.auth?.payload);
  });
  return app;
}

const get = (app: Express, token: string) => request(app).get('/reports').auth(token, { type: 'bearer' });

describe('testIssuer', () => {
  let issuer: TestIssuer;
  let app: Express;
  beforeAll(async () => {
    issuer = await testIssuer({ issuer: ISSUER });
    app = host(issuer);
  });

  it("gives a token that a host's guard takes", async () => {
    const { status, body } = await get(
      app,
      await issuer.token({ sub: 'robot', scopes: [SCOPE, 'b'], claims: { n: 1 } }),
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ iss: ISSUER, aud: ISSUER, sub: 'robot', scope: `${SCOPE} b`, n: 1 });
    expect(body.exp - body.iat).toBe(3600);
  });

  it.each<[string, TestTokenOptions, number, string]>([
    ['without the scope', {}, 403, 'insufficient_scope'],
    ['that has expired', { scopes: [SCOPE], lifetime: -60 }, 401, 'invalid_token'],
    ['for another audience', { scopes: [SCOPE], claims: { aud: 'https://other.test' } }, 401, 'invalid_token'],
    ['of another issuer', { scopes: [SCOPE], claims: { iss: 'https://other.test' } }, 401, 'invalid_token'],
    ['without an expiry', { scopes: [SCOPE], claims: { exp: undefined } }, 401, 'invalid_token'],
  ])('gives a token %s, for what must be refused', async (_, options, status, error) => {
    const answer = await get(app, await issuer.token(options));
    expect([answer.status, answer.body.error]).toEqual([status, error]);
  });

  it('needs no options', async () => {
    const plain = await testIssuer();
    expect(plain.issuer).toBe(ISSUER);
    await get(host(plain), await plain.token({ scopes: [SCOPE] })).expect(200);
  });

  it('has a key of its own: the tokens of another issuer of the same name are refused', async () => {
    const other = await testIssuer({ issuer: ISSUER });
    expect((await get(app, await other.token({ scopes: [SCOPE] }))).status).toBe(401);
  });

  it('makes tokens as its token route does, for an account too', async () => {
    const { id } = await issuer.accounts.create({ scopes: [SCOPE] });
    const { clientId, clientSecret } = await issuer.accounts.createSecret(id);
    const { body } = await request(app)
      .post('/v1beta1/auth/token')
      .auth(clientId, clientSecret)
      .type('form')
      .send({ grant_type: 'client_credentials' })
      .expect(200);
    const made = await issuer.token({ sub: id });
    expect(decodeProtectedHeader(made)).toEqual(decodeProtectedHeader(body.access_token));
    const fromRoute = decodeJwt(body.access_token);
    const times = { iat: expect.any(Number), nbf: expect.any(Number), exp: expect.any(Number) };
    expect(decodeJwt(made)).toEqual({ ...fromRoute, ...times, jti: expect.any(String), client_id: expect.any(String) });
    expect((await get(app, body.access_token)).status).toBe(200);
  });

  it('takes the options of frontierToken, for its tokens and for its router', async () => {
    const audience = 'https://api.test';
    const path = '/oauth/token';
    const frontier = await testIssuer({ issuer: ISSUER, audience, profile: 'frontier', accessTokenLifetime: 60, path });
    const { id } = await frontier.accounts.create({ orgId: 'acme', scopes: [SCOPE] });
    const { body } = await get(host(frontier, { audience, profile: 'frontier' }), await frontier.token({ sub: id }));
    expect(body).toMatchObject({ aud: audience, org_ids: 'acme', gen: 'system' });
    expect(body.exp - body.iat).toBe(60);
    await request(host(frontier)).get(path).expect(405);
    expect((await frontier.accounts.createKey(id, { alg: 'ES256' })).token_uri).toBe(`${ISSUER}${path}`);
  });

  it.each<[string, unknown, string]>([
    ['no URL', { issuer: 'issuer' }, "testIssuer: option 'issuer' must be an absolute http(s) URL"],
    ['a typo', { issuer: ISSUER, audiance: 'x' }, "testIssuer: option 'audiance' must be left out"],
    ['a store', { issuer: ISSUER, credentialStore: {} }, "testIssuer: option 'credentialStore' must be left out"],
  ])('refuses %s', async (_, options, message) => {
    await expect(testIssuer(options as TestIssuerOptions)).rejects.toThrow(message);
  });

  it.each<[string, unknown, string]>([
    ['a scope that is none', { scopes: ['a b'] }, "testIssuer.token: option 'scopes' must be"],
    ['a lifetime in parts of seconds', { lifetime: 0.5 }, "testIssuer.token: option 'lifetime' must be"],
    ['claims that are no object', { claims: [] }, "testIssuer.token: option 'claims' must be"],
    ['a typo', { scope: 'x' }, "testIssuer.token: option 'scope' must be left out"],
  ])('refuses a token of %s', async (_, options, message) => {
    await expect(issuer.token(options as TestTokenOptions)).rejects.toThrow(message);
  });
});
