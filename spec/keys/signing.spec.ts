import crypto, { generateKeyPairSync, sign } from 'node:crypto';
import { compactVerify, createLocalJWKSet } from 'jose';
import jwt from 'jsonwebtoken';
import { algorithmNames } from '../../lib/jwa/algorithms.js';
import { isSignature } from '../../lib/keys/signing.js';
import { StaticKeyStore } from '../../lib/keys/static-key-store.js';
import { settlesOnTheLoop } from '../support/event-loop.js';

describe('a signing key', () => {
  it.each(algorithmNames)('signs with %s what a JOSE library verifies', async (alg) => {
    const store = await StaticKeyStore.generate({ alg });
    const key = await store.signingKey();
    const header = Buffer.from(JSON.stringify({ alg: key.alg, kid: key.kid })).toString('base64url');
    const input = `${header}.${Buffer.from('payload').toString('base64url')}`;
    const signature = Buffer.from(await key.sign(Buffer.from(input))).toString('base64url');
    const jwks = createLocalJWKSet({ keys: await store.publicKeys() });
    const { payload, protectedHeader } = await compactVerify(`${input}.${signature}`, jwks);
    expect(Buffer.from(payload).toString()).toBe('payload');
    expect(protectedHeader.alg).toBe(alg);
  });

  it.each([
    ['ES256', 64],
    ['ES384', 96],
    ['ES512', 132],
  ] as const)('gives r and s for %s, %d bytes, not DER', async (alg, bytes) => {
    const key = await (await StaticKeyStore.generate({ alg })).signingKey();
    expect(await key.sign(Buffer.from('data'))).toHaveLength(bytes);
  });

  it.each(['RS256', 'PS256', 'ES256'] as const)('signs with %s off the event loop', async (alg) => {
    const key = await (await StaticKeyStore.generate({ alg })).signingKey();
    const signature = key.sign(Buffer.from('data'));
    expect(await settlesOnTheLoop(signature)).toBe(false);
    await signature;
  });

  it('rejects, and does not throw, where the data is no bytes', async () => {
    const key = await (await StaticKeyStore.generate({ alg: 'ES256' })).signingKey();
    await expect(key.sign(undefined as never)).rejects.toThrow(/data/);
  });

  it('can not be changed by who got it', async () => {
    const store = await StaticKeyStore.generate({ alg: 'ES256' });
    const key = await store.signingKey();
    const { kid } = key;
    expect(() => (key.kid = 'other')).toThrow(TypeError);
    expect((await store.signingKey()).kid).toBe(kid);
  });
});

describe('a signature', () => {
  const data = Buffer.from('header.payload');
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-521' });
  const signature = sign('sha512', data, { key: privateKey, dsaEncoding: 'ieee-p1363' });

  it('is checked off the event loop, where that takes milliseconds', async () => {
    const checked = isSignature(signature, data, publicKey, 'ES512');
    expect(checked).not.toBe(true);
    expect(await settlesOnTheLoop(checked as Promise<boolean>)).toBe(false);
    expect(await checked).toBe(true);
  });

  it.each(['RS256', 'ES256'] as const)('of %s is checked at once, whatever waits in the pool', (alg) => {
    const { privateKey: quick, publicKey: quickPublic } =
      alg === 'ES256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('rsa', { modulusLength: 2048 });
    const made = sign('sha256', data, { key: quick, dsaEncoding: 'ieee-p1363' });
    expect(isSignature(made, data, quickPublic, alg)).toBe(true);
  });

  it('would be checked on the event loop by jsonwebtoken, with a callback too', () => {
    const token = jwt.sign({}, privateKey, { algorithm: 'ES512' });
    const checks = jest.spyOn(crypto, 'createVerify');
    jwt.verify(token, publicKey, () => undefined);
    expect(checks).toHaveBeenCalled();
    checks.mockRestore();
  });

  it.each<[string, Uint8Array, string]>([
    ['of no bytes', Buffer.alloc(0), 'ES512'],
    ['a byte short', signature.subarray(1), 'ES512'],
    ['a byte long', Buffer.concat([signature, Buffer.alloc(1)]), 'ES512'],
    ['of zeros', Buffer.alloc(132), 'ES512'],
    ['in DER', sign('sha512', data, privateKey), 'ES512'],
    ['of another algorithm', signature, 'ES256'],
    ['of an algorithm for other keys', signature, 'RS256'],
  ])('that is %s is none', async (_what, bytes, alg) => {
    expect(await isSignature(bytes, data, publicKey, alg)).toBe(false);
  });

  it('of an unknown algorithm can not be checked', () => {
    expect(() => isSignature(signature, data, publicKey, 'HS256')).toThrow(TypeError);
  });
});
