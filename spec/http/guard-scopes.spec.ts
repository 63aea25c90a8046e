import express from 'express';
import { requireAccessToken } from 'frontier-token';
import request from 'supertest';
import { issuer, keyStoreOf, TestKey } from '../support/tokens.js';

describe('a token must have all the scopes of the guard', () => {
  const key = new TestKey();
  const status = async (scopes: string[], scope: unknown) => {
    const guard = requireAccessToken({ issuer, keyStore: keyStoreOf(key), scopes });
    const app = express().use(guard, (_req, res) => void res.sendStatus(200));
    const answer = await request(app)
      .get('/')
      .set('Authorization', `Bearer ${await key.token({ scope })}`);
    return answer.status;
  };

  it('in any order, and may have others', async () => {
    expect(await status(['a', 'b'], 'b c a')).toBe(200);
    expect(await status(['a'], 'a')).toBe(200);
  });

  it('or gets 403', async () => {
    expect(await status(['a', 'b'], 'a')).toBe(403);
    expect(await status(['a'], undefined)).toBe(403);
    expect(await status(['a'], '')).toBe(403);
  });

  it('byte for byte: neither a prefix, another case nor a pattern fits', async () => {
    expect(await status(['reports'], 'reports:read')).toBe(403);
    expect(await status(['reports:read'], 'Reports:read')).toBe(403);
    expect(await status(['reports:read'], 'reports:* *')).toBe(403);
  });

  it('and needs none where the guard has none', async () => {
    expect(await status([], undefined)).toBe(200);
  });

  it.each([['a', 'b'], { a: true }, 7, null])('and gets 401 where its scope is %j, no text', async (scope) => {
    expect(await status(['a'], scope)).toBe(401);
  });
});
