import { calculateJwkThumbprint } from 'jose';
import { StaticKeyStore } from '../../lib/keys/static-key-store.js';

describe('StaticKeyStore.generate', () => {
  it('makes an RSA key of 2048 bits for RS256 by default', async () => {
    const store = await StaticKeyStore.generate();
    const [jwk] = await store.publicKeys();
    expect(jwk).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig' });
    expect(Buffer.from(jwk!.n!, 'base64url')).toHaveLength(2048 / 8);
    expect((await store.signingKey()).alg).toBe('RS256');
  });

  it.each([
    ['ES256', 'P-256'],
    ['ES384', 'P-384'],
    ['ES512', 'P-521'],
  ] as const)('makes a key for %s on %s', async (alg, crv) => {
    const [jwk] = await (await StaticKeyStore.generate({ alg })).publicKeys();
    expect(jwk).toMatchObject({ kty: 'EC', alg, crv });
  });

  it('names the key by its thumbprint', async () => {
    const store = await StaticKeyStore.generate({ alg: 'ES256' });
    const [jwk] = await store.publicKeys();
    expect(jwk!.kid).toBe(await calculateJwkThumbprint(jwk as never));
    expect((await store.signingKey()).kid).toBe(jwk!.kid);
  });

  it('makes another key each time', async () => {
    const stores = await Promise.all([1, 2].map(() => StaticKeyStore.generate({ alg: 'ES256' })));
    const [one, two] = await Promise.all(stores.map((store) => store.signingKey()));
    expect(one!.kid).not.toBe(two!.kid);
  });

  it('takes an alg that is undefined as left out', async () => {
    expect((await (await StaticKeyStore.generate({ alg: undefined })).signingKey()).alg).toBe('RS256');
  });

  it.each([
    [{ alg: 'HS256' }, "option 'alg' must be 'RS256' or"],
    [{ alg: 'none' }, "option 'alg'"],
    [{ alg: 'EdDSA' }, "option 'alg'"],
    [{ alg: null }, "option 'alg'"],
    [{ algorithm: 'RS256' }, "option 'algorithm' must be left out: it is unknown"],
    [null, 'must be an object'],
  ])('rejects %j with a TypeError that names the option', async (options, message) => {
    const generated = StaticKeyStore.generate(options as never);
    await expect(generated).rejects.toThrow(TypeError);
    await expect(generated).rejects.toThrow(message);
  });
});
