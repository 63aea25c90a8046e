import express from 'express';
import { requireAccessToken } from 'frontier-token';
import request from 'supertest';
import { issuer, keyStoreOf, TestKey } from '../support/tokens.js';

describe('a request without a token gets 401 and a challenge without error', () => {
  const key = new TestKey();
  const app = express()
    .use(express.urlencoded({ extended: false }))
    .use(requireAccessToken({ issuer, keyStore: keyStoreOf(key) }), (_req, res) => void res.sendStatus(200));

  const expectChallenge = (answer: request.Response) => {
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe(`Bearer realm="${issuer}"`);
    expect(answer.body).toMatchObject({ code: 16, error: 'invalid_token' });
  };

  it('without an Authorization header', async () => {
    expectChallenge(await request(app).get('/'));
  });

  it.each(['', 'Basic cm9ib3Q6c2VjcmV0', 'Bearerx token', 'Token abc', 'DPoP abc'])(
    'with %j',
    async (authorization) => {
      expectChallenge(await request(app).get('/').set('Authorization', authorization));
    },
  );

  it.each(['XBearer', 'Basic x, Bearer', ' DPoP Bearer'])('with a valid token behind %j', async (scheme) => {
    const token = await key.token();
    expectChallenge(await request(app).get('/').set('Authorization', `${scheme} ${token}`));
  });

  it('with the token in the query, which is not looked at', async () => {
    const token = await key.token();
    expectChallenge(await request(app).get('/').query({ access_token: token }));
  });

  it('with the token in the body, which is not looked at', async () => {
    const token = await key.token();
    expectChallenge(await request(app).post('/').type('form').send({ access_token: token }));
  });

  it('with the token in a header or cookie of another name', async () => {
    const token = await key.token();
    const answer = request(app).get('/').set('x-user-token', token).set('Cookie', `access_token=${token}`);
    expectChallenge(await answer);
  });
});
