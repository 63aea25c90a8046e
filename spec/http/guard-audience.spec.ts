import express from 'express';
import { requireAccessToken } from 'frontier-token';
import request from 'supertest';
import { issuer, keyStoreOf, TestKey } from '../support/tokens.js';

describe('a token is for the audience of the guard', () => {
  const key = new TestKey();
  const status = async (aud: unknown, audience?: string | string[]) => {
    const guard = requireAccessToken({ issuer, keyStore: keyStoreOf(key), audience });
    const app = express().use(guard, (_req, res) => void res.sendStatus(200));
    const answer = await request(app)
      .get('/')
      .set('Authorization', `Bearer ${await key.token({ aud })}`);
    return answer.status;
  };

  it('which is the issuer by default', async () => {
    expect(await status(issuer)).toBe(200);
    expect(await status('https://other.example.com')).toBe(401);
    expect(await status(`${issuer}/`)).toBe(401);
  });

  it('which replaces the default where it is given', async () => {
    expect(await status('reports', 'reports')).toBe(200);
    expect(await status(issuer, 'reports')).toBe(401);
  });

  it('of which one match suffices', async () => {
    expect(await status(['a', 'b'], ['b', 'c'])).toBe(200);
    expect(await status(['a', 'b'], ['c', 'd'])).toBe(401);
  });

  it.each([undefined, null, '', [], {}, 7, [7], [issuer, 7]])('which %j is not', async (aud) => {
    expect(await status(aud)).toBe(401);
  });
});
