import { StaticKeyStore } from '../../lib/keys/static-key-store.js';
import { ec, jwk, rsa } from '../support/private-keys.js';

describe('StaticKeyStore.publicKeys', () => {
  it('gives kid, alg, use and the public members, and nothing private', async () => {
    const keys = [
      { ...jwk(rsa()), kid: 'r' },
      { ...jwk(ec()), kid: 'e', use: 'sig', key_ops: ['sign'], ext: true },
    ];
    const [first, second] = await (await StaticKeyStore.fromJwks({ keys })).publicKeys();
    expect(Object.keys(first!).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    expect(Object.keys(second!).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  });

  it('gives copies: a caller that changes them changes no other answer', async () => {
    const store = await StaticKeyStore.generate({ alg: 'ES256' });
    const [given] = await store.publicKeys();
    const { kid } = given!;
    given!.kid = 'changed';
    (await store.publicKeys()).length = 0;
    expect((await store.publicKeys()).map((key) => key.kid)).toEqual([kid]);
  });
});
