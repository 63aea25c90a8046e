import { hashSync } from '@node-rs/bcrypt';
import { randomBytes, randomUUID } from 'node:crypto';
import express from 'express';
import { requireAccessToken } from 'frontier-token';
import { decodeJwt } from 'jose';
import request from 'supertest';
import {
  assertion,
  byAssertion,
  bySecret,
  ISSUER,
  issuer,
  JWT_BEARER,
  TOKEN_PATH,
  verified,
  type Issuer,
} from '../support/issuer.js';

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

let host: Issuer;
let standard: Issuer;
beforeAll(async () => {
  host = await issuer({ profile: 'frontier', rateLimit: false });
  // Over the same data, so that both profiles are asked the same.
  standard = { ...host, events: [] };
  standard.app = (await issuer({ rateLimit: false, credentialStore: host.store, keyStore: host.keyStore })).app;
});

const bare = () => request(host.app).post(TOKEN_PATH);
/** As Frontier's SDKs sign: the kid in the payload, and neither iss, aud, iat nor jti. */
const sdkAssertion = (claims: object = {}) =>
  assertion(
    host,
    { kid: host.key.kid, iss: undefined, aud: undefined, iat: undefined, jti: undefined, ...claims },
    { kid: undefined },
  );

describe('a request of a Frontier client', () => {
  it('is an assertion in a Bearer header and nothing else', async () => {
    const answer = await bare().set('Authorization', `Bearer ${await sdkAssertion()}`);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
    const { payload } = await verified(host.app, answer.body.access_token);
    expect(payload).toMatchObject({ sub: host.robot.id, client_id: host.key.kid, auth_via: 'jwt_grant' });
    expect(host.events.at(-1)).toMatchObject({ type: 'token.issued', grantType: JWT_BEARER });
  });

  it('is an id and a secret in a Basic header and nothing else', async () => {
    const answer = await bare().auth(host.id, host.secret);
    expect(answer.status).toBe(200);
    const { payload } = await verified(host.app, answer.body.access_token);
    expect(payload).toMatchObject({ sub: host.robot.id, client_id: host.id, auth_via: 'client_credentials' });
    expect(host.events.at(-1)).toMatchObject({ type: 'token.issued', grantType: 'client_credentials' });
  });

  it.each([
    ['an empty form', 'form', ''],
    ['an empty JSON object', 'json', '{}'],
    ['a form with an empty grant_type', 'form', 'grant_type='],
    ['JSON with a grant_type of null', 'json', '{"grant_type":null}'],
  ])('may have a body beside its header: %s', async (_what, type, body) => {
    expect((await bare().auth(host.id, host.secret).type(type).send(body)).status).toBe(200);
    const bearer = `Bearer ${await sdkAssertion()}`;
    expect((await bare().set('Authorization', bearer).type(type).send(body)).status).toBe(200);
  });

  it.each(['basic', 'BASIC', 'Basic'])('may spell its scheme %s', async (scheme) => {
    const credentials = Buffer.from(`${host.id}:${host.secret}`).toString('base64');
    expect((await bare().set('Authorization', `${scheme} ${credentials}`)).status).toBe(200);
  });

  it('may ask for a scope', async () => {
    const answer = await bare().auth(host.id, host.secret).type('form').send({ scope: 'reports:read' });
    expect(answer.body.scope).toBe('reports:read');
  });

  it('may name its grant_type, which then counts', async () => {
    const answer = await bare().auth(host.id, host.secret).type('form').send({ grant_type: 'client_credentials' });
    expect(answer.status).toBe(200);
    const other = await bare().auth(host.id, host.secret).type('form').send({ grant_type: JWT_BEARER });
    expect(other.status).toBe(400);
    expect(other.body.error).toBe('invalid_request');
  });

  it.each<[string, () => request.Test]>([
    ['without a header', () => bare()],
    [
      'with credentials in the body alone',
      () => bare().type('form').send({ client_id: host.id, client_secret: host.secret }),
    ],
    ['with an assertion in the body alone', () => bare().type('form').send({ assertion: 'a.b.c' })],
    ['with another scheme', () => bare().set('Authorization', 'Digest username="a"')],
  ])('%s needs a grant_type', async (_what, ask) => {
    const answer = await ask();
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 3, error: 'invalid_request' });
    expect(answer.body.details[1].fieldViolations).toMatchObject([{ field: 'grant_type' }]);
  });

  it.each([
    ['$2a$', (secret: string) => hashSync(secret, 4).replace(/^\$2b\$/, '$2a$')],
    ['$2b$', (secret: string) => hashSync(secret, 4)],
  ])('may have a secret whose hash is bcrypt, as Frontier keeps them: %s', async (prefix, hash) => {
    // Frontier's secrets are standard base64: `+`, `/` and `=` come as they are.
    const secret = `+/${randomBytes(32).toString('base64')}`;
    const id = randomUUID();
    const secretHash = hash(secret);
    expect(secretHash).toMatch(new RegExp(`^${prefix.replaceAll('$', '\\$')}04`));
    await host.store.createCredential({
      id,
      accountId: host.robot.id,
      type: 'client_secret',
      secretHash,
      createdAt: new Date(),
    });
    const answer = await bare().auth(id, secret);
    expect(answer.status).toBe(200);
    expect(decodeJwt(answer.body.access_token)).toMatchObject({ sub: host.robot.id, client_id: id });
    expect((await bare().auth(id, encodeURIComponent(secret))).status).toBe(200);
    expect((await bare().auth(id, `${secret}x`)).status).toBe(401);
  });
});

describe('an assertion of a Frontier client', () => {
  it.each<[string, (now: number) => Record<string, unknown>]>([
    ['leave aud out', () => ({ aud: undefined })],
    ['carry an aud that fits', () => ({ aud: [ISSUER] })],
    ['leave iss out', () => ({ iss: undefined })],
    ['carry an iss of null', () => ({ iss: null })],
    ['carry any iss', () => ({ iss: 'https://frontier.example.com' })],
    ['carry an iss that is no string', () => ({ iss: 7 })],
    ['leave sub out', () => ({ sub: undefined })],
    ['carry any sub', () => ({ sub: 'somebody else' })],
    ['carry a sub that is no string', () => ({ sub: ['a'] })],
    ['live for ten years after iat', (now) => ({ iat: now, exp: now + 315_360_000 })],
    ['live for ten years without iat', (now) => ({ iat: undefined, exp: now + 315_360_000 })],
    ['have been made long ago', (now) => ({ iat: now - 315_360_000 })],
    ['carry a jti that is no string', () => ({ jti: 7 })],
    ['have all of it', (now) => ({ aud: undefined, iss: 'x', sub: 'y', jti: [], iat: undefined, exp: now + 1e9 })],
  ])('may %s: the subject is the account of the key', async (_what, claims) => {
    const { status, body } = await byAssertion(host, await assertion(host, claims(inSeconds(0))));
    expect(status).toBe(200);
    expect((await verified(host.app, body.access_token)).payload.sub).toBe(host.robot.id);
  });

  it('may be used again, its jti is ignored', async () => {
    const signed = await assertion(host);
    for (let times = 0; times < 3; times += 1) expect((await byAssertion(host, signed)).status).toBe(200);
  });

  it('does not reach the replay store', async () => {
    const claim = jest.fn(async () => false);
    const other = await issuer({ profile: 'frontier', replayStore: { claim } });
    expect((await byAssertion(other, await assertion(other))).status).toBe(200);
    expect(claim).not.toHaveBeenCalled();
  });

  it.each<[string, Record<string, unknown> | ((now: number) => Record<string, unknown>), object, string]>([
    ['without exp', { exp: undefined }, {}, 'assertion_no_expiry'],
    ['with an exp that is no number', { exp: '9999999999' }, {}, 'assertion_no_expiry'],
    ['that expired', (now) => ({ exp: now - 60 }), {}, 'assertion_expired'],
    ['that is not valid yet', (now) => ({ nbf: now + 60 }), {}, 'assertion_not_yet_valid'],
    ['from the future', (now) => ({ iat: now + 60 }), {}, 'assertion_issued_in_future'],
    ['for another audience', { aud: 'https://other.test' }, {}, 'assertion_audience'],
    ['for no audience, in words', { aud: [] }, {}, 'assertion_audience'],
    ['for an audience of null', { aud: null }, {}, 'assertion_audience'],
    ['without a kid', {}, { kid: undefined }, 'assertion_without_kid'],
    ['with an unknown kid', {}, { kid: 'other' }, 'key_unknown'],
    ['whose header names another kid', () => ({ kid: host.key.kid }), { kid: 'other' }, 'key_unknown'],
  ])('%s is refused', async (_what, claims, header, reason) => {
    const changes = typeof claims === 'function' ? claims(inSeconds(0)) : claims;
    const answer = await byAssertion(host, await assertion(host, changes, { ...header }));
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe(`Bearer realm="${ISSUER}"`);
    expect(host.events.at(-1)).toMatchObject({ type: 'token.denied', error: 'invalid_grant', reason });
  });
});

describe('a token for Frontier verifiers', () => {
  it('has the typ JWT and the claims of Frontier beside the standard ones, and no others', async () => {
    const { id } = await host.accounts.create({ orgId: 'org-1', scopes: ['a'] });
    const { clientId, clientSecret } = await host.accounts.createSecret(id);
    const { body } = await bySecret({ app: host.app, id: clientId, secret: clientSecret });
    const { header, payload } = await verified(host.app, body.access_token);
    const { kid } = await host.keyStore.signingKey();
    expect(header).toEqual({ alg: 'ES256', kid, typ: 'JWT' });
    const { iat, jti } = payload;
    expect(payload).toEqual({
      iss: ISSUER,
      sub: id,
      aud: ISSUER,
      client_id: clientId,
      iat,
      nbf: iat,
      exp: iat! + 3600,
      jti,
      scope: 'a',
      gen: 'system',
      kid,
      sub_type: 'app/serviceuser',
      org_ids: 'org-1',
      auth_via: 'client_credentials',
    });
  });

  it('has no org_ids where the account has no organisation', async () => {
    const { body } = await bySecret(host);
    expect(decodeJwt(body.access_token)).not.toHaveProperty('org_ids');
  });

  it.each<[string, () => PromiseLike<request.Response>, string]>([
    ['a secret', () => bySecret(host), 'client_credentials'],
    ['an assertion', async () => byAssertion(host, await assertion(host)), 'jwt_grant'],
  ])('says in auth_via that %s was used', async (_what, ask, authVia) => {
    const { body } = await ask();
    expect(decodeJwt(body.access_token).auth_via).toBe(authVia);
  });

  it('comes as the header x-user-token too', async () => {
    for (const answer of [await bySecret(host), await byAssertion(host, await assertion(host))]) {
      expect(answer.headers['x-user-token']).toBe(answer.body.access_token);
      expect(answer.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600 });
    }
  });

  it("has the host's claims too", async () => {
    const other = await issuer({ profile: 'frontier', claims: () => ({ tenant: 'a', sub: 'other' }) });
    const payload = decodeJwt((await bySecret(other)).body.access_token);
    expect(payload).toMatchObject({ tenant: 'a', sub: other.robot.id, gen: 'system' });
  });

  it('opens a route whose guard has the profile, and no other', async () => {
    const { body } = await bySecret(host);
    for (const [profile, status] of [
      ['frontier', 200],
      ['standard', 401],
    ] as const) {
      const guard = requireAccessToken({ issuer: ISSUER, keyStore: host.keyStore, profile, scopes: ['reports:read'] });
      const app = express().get('/', guard, (_req, res) => void res.sendStatus(200));
      const answer = await request(app).get('/').set('Authorization', `Bearer ${body.access_token}`);
      expect(answer.status).toBe(status);
    }
  });
});

describe('what is refused', () => {
  const rows: [string, (app: Issuer) => PromiseLike<request.Response>][] = [
    ['a wrong secret', (at) => bySecret({ ...at, secret: 'wrong' })],
    ['an unknown client', (at) => bySecret({ ...at, id: 'unknown' })],
    ['no credentials', (at) => bySecret(at, { client_id: '', client_secret: '' })],
    ['half of the credentials', (at) => bySecret(at, { client_secret: '' })],
    ['credentials twice', (at) => bySecret(at).auth(at.id, at.secret)],
    ['a scope that is not allowed', (at) => bySecret(at, { scope: 'admin' })],
    ['an unknown grant type', (at) => bySecret(at, { grant_type: 'password' })],
    ['an assertion that expired', async (at) => byAssertion(at, await assertion(at, { exp: 1 }))],
    ['an assertion for somebody else', async (at) => byAssertion(at, await assertion(at, { aud: 'other' }))],
    ['no JWT', (at) => byAssertion(at, 'a.b.c')],
    ['no assertion', (at) => byAssertion(at, '')],
    ['another method', (at) => request(at.app).get(TOKEN_PATH)],
    ['another media type', (at) => request(at.app).post(TOKEN_PATH).type('text').send('a')],
  ];

  it.each(rows)('%s is answered as in the standard profile', async (_what, ask) => {
    const [here, there] = [await ask(host), await ask(standard)];
    const told = ({ status, body, headers: { date: _date, ...headers } }: request.Response) => ({
      status,
      body,
      headers,
    });
    expect(told(here)).toEqual(told(there));
    expect(here.status).toBeGreaterThanOrEqual(400);
    expect(here.headers).not.toHaveProperty('x-user-token');
  });
});
