import { calculateJwkThumbprint } from 'jose';
import { StaticKeyStore } from '../../lib/keys/static-key-store.js';
import { ec, jwk, rsa } from '../support/private-keys.js';

describe('StaticKeyStore.fromJwks', () => {
  const jwks = {
    keys: [
      // As `frontier server keygen` writes it.
      { ...jwk(rsa()), alg: 'RS256', kid: '1706091212' },
      { ...jwk(ec('P-384')), kid: 'next', use: 'sig' },
      jwk(ec()),
    ],
  };

  it('signs with the first key and publishes all of them, in order', async () => {
    const store = await StaticKeyStore.fromJwks(jwks);
    expect(await store.signingKey()).toMatchObject({ kid: '1706091212', alg: 'RS256' });
    const published = await store.publicKeys();
    expect(published.map(({ kid }) => kid).slice(0, 2)).toEqual(['1706091212', 'next']);
    expect(published.map(({ alg }) => alg)).toEqual(['RS256', 'ES384', 'ES256']);
  });

  it('names a key without kid by its thumbprint', async () => {
    const [, , third] = await (await StaticKeyStore.fromJwks(jwks)).publicKeys();
    expect(third!.kid).toBe(await calculateJwkThumbprint(jwks.keys[2] as never));
  });

  it.each([
    ['JSON text', JSON.stringify(jwks)],
    ['JSON text with spaces around', `\n ${JSON.stringify(jwks, undefined, 2)}\n`],
    ['base64 of it', Buffer.from(JSON.stringify(jwks)).toString('base64')],
    ['base64 of it in lines', Buffer.from(JSON.stringify(jwks)).toString('base64').replace(/.{64}/g, '$&\n')],
    ['base64url of it', Buffer.from(JSON.stringify(jwks)).toString('base64url')],
  ])('reads %s', async (_, text) => {
    const [fromText, fromObject] = await Promise.all([StaticKeyStore.fromJwks(text), StaticKeyStore.fromJwks(jwks)]);
    expect(await fromText.publicKeys()).toEqual(await fromObject.publicKeys());
  });

  it('passes over other members of the set (RFC 7517 §5)', async () => {
    const store = await StaticKeyStore.fromJwks({ ...jwks, issuer: 'x' } as never);
    expect(await store.publicKeys()).toHaveLength(3);
  });

  it('keeps no tie to the object that it read', async () => {
    const keys = [{ ...jwk(ec()), kid: 'one' }];
    const store = await StaticKeyStore.fromJwks({ keys });
    keys[0]!.kid = 'changed';
    expect((await store.publicKeys()).map(({ kid }) => kid)).toEqual(['one']);
  });
});
