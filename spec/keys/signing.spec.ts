import { compactVerify, createLocalJWKSet } from 'jose';
import { algorithmNames } from '../../lib/jwa/algorithms.js';
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
