import express from 'express';
import { requireAccessToken } from 'frontier-token';
import request from 'supertest';
import { issuer, keyStoreOf, TestKey } from '../support/tokens.js';

describe('the profile frontier', () => {
  const key = new TestKey();
  const guard = requireAccessToken({ issuer, keyStore: keyStoreOf(key), profile: 'frontier' });
  const app = express().use(guard, (_req, res) => void res.sendStatus(200));
  const status = async (claims: object, header: object) => {
    const token = await key.token({ ...claims }, { ...header });
    return (await request(app).get('/').set('Authorization', `Bearer ${token}`)).status;
  };

  it('takes the typ JWT too', async () => {
    expect(await status({}, { typ: 'JWT' })).toBe(200);
    expect(await status({}, { typ: 'jwt' })).toBe(200);
    expect(await status({}, { typ: 'at+jwt' })).toBe(200);
  });

  it('takes no other typ, and none', async () => {
    expect(await status({}, { typ: 'logout+jwt' })).toBe(401);
    expect(await status({}, { typ: undefined })).toBe(401);
  });

  it('takes the key from the header, not from the claim kid', async () => {
    expect(await status({ kid: 'other' }, { typ: 'JWT' })).toBe(200);
    expect(await status({ kid: 'key-1' }, { typ: 'JWT', kid: undefined })).toBe(401);
  });

  it('has every other rule of the standard profile', async () => {
    expect(await status({ aud: undefined }, { typ: 'JWT' })).toBe(401);
    expect(await status({ exp: undefined }, { typ: 'JWT' })).toBe(401);
    expect(await status({ iss: 'other' }, { typ: 'JWT' })).toBe(401);
  });
});
