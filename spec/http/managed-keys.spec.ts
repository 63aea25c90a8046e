import { generateKeyPairSync } from 'node:crypto';
import express from 'express';
import { requireAccessToken, StoreUnavailableError, type KeyStore } from 'frontier-token';
import request from 'supertest';
import { signingKey } from '../../lib/keys/signing.js';
import { bySecret, issuer, ISSUER, verified } from '../support/issuer.js';
import { overWire } from '../support/wire.js';

const JWKS = '/.well-known/jwks.json';

describe('a key store whose RSA keys name no alg, as those of a KMS', () => {
  const [current, former] = [1, 2].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }));
  const members = (pair = current) => pair!.publicKey.export({ format: 'jwk' });
  const keyStore: KeyStore = {
    signingKey: async () => signingKey({ kid: 'kms-1', alg: 'PS256', privateKey: current!.privateKey }),
    publicKeys: async () => [
      { ...members(), kid: 'kms-1' },
      { ...members(former), kid: 'kms-0' },
    ],
  };

  it('is published with the alg of the signing key, and no other key with one', async () => {
    const { app } = await issuer({ keyStore });
    const { body } = await request(app).get(JWKS).expect(200);
    expect(body.keys).toEqual([
      { ...members(), kid: 'kms-1', alg: 'PS256', use: 'sig' },
      { ...members(former), kid: 'kms-0', use: 'sig' },
    ]);
  });

  it.each<[string, KeyStore['signingKey']]>([
    ['is down', () => Promise.reject(new StoreUnavailableError())],
    ['has an alg that fits no token', async () => ({ ...(await keyStore.signingKey()), alg: 'none' })],
  ])('is published without an alg where the signing key %s', async (_what, key) => {
    const { app } = await issuer({ keyStore: { ...keyStore, signingKey: key } });
    const { body } = await request(app).get(JWKS).expect(200);
    expect(body.keys).toEqual([
      { ...members(), kid: 'kms-1', use: 'sig' },
      { ...members(former), kid: 'kms-0', use: 'sig' },
    ]);
  });

  it('signs tokens that jose verifies', async () => {
    const issued = await issuer({ keyStore });
    const { body } = await bySecret(issued).expect(200);
    const { header, payload } = await verified(issued.app, body.access_token as string);
    expect(header).toMatchObject({ alg: 'PS256', kid: 'kms-1' });
    expect(payload.sub).toBe(issued.robot.id);
  });

  it('signs tokens that a guard elsewhere admits', async () => {
    const issued = await issuer({ keyStore });
    const { body } = await bySecret(issued).expect(200);
    await overWire(issued.app, async ({ port }) => {
      const guard = requireAccessToken({ issuer: ISSUER, jwksUri: `http://127.0.0.1:${port}${JWKS}` });
      const app = express().use(guard, (_req, res) => void res.sendStatus(200));
      await request(app)
        .get('/')
        .auth(body.access_token as string, { type: 'bearer' })
        .expect(200);
    });
  });
});
