import express from 'express';
import { requireAccessToken } from 'frontier-token';
import request from 'supertest';
import { algorithmNames } from '../../lib/jwa/algorithms.js';
import { inSeconds, issuer, keyStoreOf, TestKey } from '../support/tokens.js';

describe('requireAccessToken lets a request through', () => {
  const key = new TestKey();
  const app = express().get('/', requireAccessToken({ issuer, keyStore: keyStoreOf(key) }), (req, res) => {
    res.json(req.auth);
  });
  const get = (token: string) => request(app).get('/').set('Authorization', `Bearer ${token}`);

  it('with the verified token as req.auth', async () => {
    const token = await key.token({ scope: 'reports:read', tenant: 'acme' });
    const { status, body } = await get(token);
    expect(status).toBe(200);
    expect(body).toEqual({
      header: { alg: 'ES256', kid: 'key-1', typ: 'at+jwt' },
      payload: expect.objectContaining({ iss: issuer, sub: 'robot', scope: 'reports:read', tenant: 'acme' }),
      token,
    });
  });

  it.each(['bearer', 'BEARER', 'Bearer  '])('with the scheme written as %j', async (scheme) => {
    const answer = request(app)
      .get('/')
      .set('Authorization', `${scheme} ${await key.token()}`);
    await answer.expect(200);
  });

  it.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/AT+JWT'])('with the typ %s', async (typ) => {
    await get(await key.token({}, { typ })).expect(200);
  });

  it('with b64 true in the header, which says what is so without it (RFC 7797 §3)', async () => {
    await get(key.forge({ header: JSON.stringify({ ...key.header(), b64: true }) })).expect(200);
  });

  it.each(algorithmNames)('with a token signed with %s', async (alg) => {
    const signer = new TestKey('key-2', alg);
    const guard = requireAccessToken({ issuer, keyStore: keyStoreOf(key, signer) });
    const guarded = express().get('/', guard, (req, res) => void res.json(req.auth?.header));
    const answer = await request(guarded)
      .get('/')
      .set('Authorization', `Bearer ${await signer.token()}`);
    expect(answer.body).toEqual({ alg, kid: 'key-2', typ: 'at+jwt' });
  });

  it('with an audience list that holds the issuer', async () => {
    await get(await key.token({ aud: ['https://other.example.com', issuer] })).expect(200);
  });

  it('with only the claims that every access token has', async () => {
    const token = await key.token({ client_id: undefined, jti: undefined, iat: undefined, nbf: undefined });
    await get(token).expect(200);
  });

  it('with clocks that differ by less than the tolerance of 30 seconds', async () => {
    await get(await key.token({ exp: inSeconds(-20) })).expect(200);
    await get(await key.token({ nbf: inSeconds(20) })).expect(200);
  });

  it('on every method, HEAD too', async () => {
    const all = express().use(requireAccessToken({ issuer, keyStore: keyStoreOf(key) }), (_req, res) => {
      res.sendStatus(204);
    });
    const authorization = `Bearer ${await key.token()}`;
    await request(all).head('/').set('Authorization', authorization).expect(204);
    await request(all).delete('/').set('Authorization', authorization).expect(204);
  });
});
