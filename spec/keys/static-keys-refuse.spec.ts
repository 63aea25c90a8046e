import { createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { StaticKeyStore } from '../../lib/keys/static-key-store.js';
import { ec, jwk, pem, rejection, rsa } from '../support/private-keys.js';

const rsaKey = rsa();
const ecKey = ec();
const publicPem = (key: KeyObject, type: 'spki' | 'pkcs1' = 'spki') =>
  createPublicKey(key).export({ format: 'pem', type });
const encrypted = (key: KeyObject, type: 'pkcs8' | 'pkcs1') =>
  key.export({ format: 'pem', type, cipher: 'aes-256-cbc', passphrase: 'secret' });
const ed25519 = generateKeyPairSync('ed25519').privateKey;
const rsaPss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey;

describe('StaticKeyStore.fromPem refuses', () => {
  it.each([
    ['a public key', publicPem(rsaKey), /must hold one private key, but it holds: PUBLIC KEY/],
    ['a public key in PKCS#1', publicPem(rsaKey, 'pkcs1'), /holds: RSA PUBLIC KEY/],
    ['two keys', pem(rsaKey) + pem(ecKey), /one private key/],
    ['an encrypted key', encrypted(ecKey, 'pkcs8'), /encrypted/],
    ['an encrypted key in PKCS#1', encrypted(rsaKey, 'pkcs1'), /encrypted/],
    ['RSA below 2048 bits', pem(rsa(1024)), /2048 bits or more, this one has 1024/],
    ['the curve secp256k1', pem(ec('secp256k1')), /curve must be P-256, P-384 or P-521, not secp256k1/],
    ['Ed25519', pem(ed25519), /RSA or EC, not ed25519/],
    ['rsa-pss', pem(rsaPss), /RSA or EC, not rsa-pss/],
    ['a PEM cut short', pem(rsaKey).slice(0, 400), /malformed/],
    ['text that is no PEM', 'secret-text-in-the-wrong-place', /one private key, but it holds: none/],
    ['an empty text', '', /a non-empty string/],
    ['undefined', undefined, /pem must be a non-empty string, but got undefined/],
    ['a Buffer', Buffer.from(pem(ecKey)), /but got an object of class Buffer/],
  ])('%s', async (_, given, reason) => {
    const thrown = await rejection(StaticKeyStore.fromPem(given as string));
    expect(thrown).toBeInstanceOf(TypeError);
    expect(thrown.message).toMatch(/^StaticKeyStore\.fromPem/);
    expect(thrown.message).toMatch(reason);
  });

  it.each([
    ['an alg of another type', pem(rsaKey), { alg: 'ES256' }, /alg does not fit the key \(RS256, /],
    ['an alg of another curve', pem(ecKey), { alg: 'ES384' }, /alg does not fit the key \(ES256\)/],
    ['an alg that is unknown', pem(ecKey), { alg: 'ES256K' }, /option 'alg'/],
    ['an empty kid', pem(ecKey), { kid: '' }, /option 'kid'/],
    ['a kid of null', pem(ecKey), { kid: null }, /option 'kid'/],
    ['an unknown option', pem(ecKey), { passphrase: 'x' }, /option 'passphrase' must be left out/],
  ])('%s', async (_, given, options, reason) => {
    const thrown = await rejection(StaticKeyStore.fromPem(given, options as never));
    expect(thrown).toBeInstanceOf(TypeError);
    expect(thrown.message).toMatch(reason);
  });
});

describe('StaticKeyStore.fromJwks refuses', () => {
  const good = { ...jwk(ecKey), kid: 'good' };
  const { d: _d, ...publicHalf } = good;
  const otherEc = jwk(ec());

  it.each<[string, JsonWebKey, RegExp]>([
    ['a public key', publicHalf, /public/],
    ['a symmetric key', { kty: 'oct', k: 'c2VjcmV0' }, /RSA or EC/],
    ['Ed25519', jwk(ed25519), /RSA or EC/],
    ['RSA below 2048 bits', jwk(rsa(1024)), /2048 bits/],
    ['the curve secp256k1', jwk(ec('secp256k1')), /curve/],
    ['a curve that nobody knows', { ...good, crv: 'P-192' }, /curve/],
    ['an alg that does not fit', { ...good, alg: 'RS256' }, /alg does not fit/],
    ['an alg of null', { ...good, alg: null }, /alg does not fit/],
    ['use other than sig', { ...good, use: 'enc' }, /not for signatures/],
    ['use of null', { ...good, use: null }, /not for signatures/],
    ['a kid that is no string', { ...good, kid: 7 }, /kid must be a non-empty string/],
    ['an empty kid', { ...good, kid: '' }, /kid must be a non-empty string/],
    ['an EC key whose halves are of two keys', { ...good, x: otherEc.x, y: otherEc.y }, /belong together/],
    ['an EC key whose private half is longer than its curve', { ...good, d: `${good.d}AAAA` }, /belong together/],
    ['an RSA key whose halves are of two keys', { ...jwk(rsaKey), n: jwk(rsa()).n }, /belong together/],
    ['an RSA key without its primes', { kty: 'RSA', n: jwk(rsaKey).n, e: 'AQAB', d: jwk(rsaKey).d }, /malformed/],
    ['members of a wrong kind', { ...good, d: 12345 } as never, /malformed/],
  ])('%s, and says which', async (_, bad, reason) => {
    const thrown = await rejection(StaticKeyStore.fromJwks({ keys: [{ ...good, kid: 'first' }, bad] }));
    expect(thrown).toBeInstanceOf(TypeError);
    expect(thrown.message).toMatch(/^StaticKeyStore\.fromJwks: key 2: /);
    expect(thrown.message).toMatch(reason);
  });

  it('a kid that is repeated', async () => {
    const keys = [good, { ...otherEc, kid: 'good' }];
    await expect(StaticKeyStore.fromJwks({ keys })).rejects.toThrow(/the kid 'good' is repeated/);
  });

  it('the same key twice, by its thumbprint', async () => {
    const keys = [otherEc, { ...otherEc }];
    await expect(StaticKeyStore.fromJwks({ keys })).rejects.toThrow(/repeated/);
  });

  it.each([
    ['an empty set', { keys: [] }, /no key/],
    ['a single JWK', good, /must be \{ keys/],
    ['an array', [good], /must be \{ keys/],
    ['a set of texts', { keys: ['x'] }, /must be \{ keys/],
    ['null', null, /must be \{ keys/],
    ['undefined', undefined, /must be \{ keys/],
    ['text that is no JSON', '{"keys": [', /must be \{ keys/],
    ['text that is no base64', '%%%', /must be \{ keys/],
    ['a PEM', pem(ecKey), /must be \{ keys/],
  ])('%s', async (_, given, reason) => {
    const thrown = await rejection(StaticKeyStore.fromJwks(given as never));
    expect(thrown).toBeInstanceOf(TypeError);
    expect(thrown.message).toMatch(reason);
  });
});

describe('a refusal never holds key material', () => {
  const everything = (thrown: unknown): string =>
    thrown instanceof Error ? `${thrown.stack ?? ''} ${JSON.stringify(thrown)} ${everything(thrown.cause)}` : '';

  it.each([
    ['a PEM as an option', () => StaticKeyStore.fromPem(pem(ecKey), { kid: 'k', alg: pem(ecKey) } as never)],
    ['a PEM cut short', () => StaticKeyStore.fromPem(pem(ecKey).replace('-----END', ''))],
    ['JSON text cut short', () => StaticKeyStore.fromJwks(JSON.stringify({ keys: [jwk(ecKey)] }).slice(0, -2))],
    ['a JWK with a number', () => StaticKeyStore.fromJwks({ keys: [{ ...jwk(ecKey), x: 5 as never }] })],
    ['a JWK with a wrong curve', () => StaticKeyStore.fromJwks({ keys: [{ ...jwk(ecKey), crv: jwk(ecKey).d }] })],
    ['a JWK in the kid', () => StaticKeyStore.fromJwks({ keys: [{ ...jwk(ecKey), kid: jwk(ecKey) }] })],
  ])('%s', async (_, load) => {
    const told = everything(await rejection(load()));
    expect(told).not.toContain(jwk(ecKey).d);
    expect(told).not.toContain(jwk(ecKey).d!.slice(0, 16));
    expect(told).not.toContain(pem(ecKey).split('\n')[1]!.slice(0, 16));
  });
});
