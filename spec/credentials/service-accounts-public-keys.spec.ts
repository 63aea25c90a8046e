import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { MemoryStore } from '../../lib/credentials/memory-store.js';
import { ServiceAccounts } from '../../lib/credentials/service-accounts.js';
import { NotFoundError } from '../../lib/errors/store-errors.js';
import { ec, jwk, pem, rejection, rsa } from '../support/private-keys.js';

const publicPem = (key: KeyObject, type: 'spki' | 'pkcs1' = 'spki') =>
  createPublicKey(key).export({ format: 'pem', type }) as string;
const publicHalf = (key: KeyObject): JsonWebKey => createPublicKey(key).export({ format: 'jwk' });

describe('ServiceAccounts.addPublicKey', () => {
  const [rsaKey, ecKey] = [rsa(), ec()];
  let store: MemoryStore;
  let accounts: ServiceAccounts;
  beforeEach(async () => {
    store = new MemoryStore();
    accounts = new ServiceAccounts(store, { issuer: 'https://api.example.com' });
    await accounts.create({ id: 'robot' });
  });
  const stored = async ({ kid }: { kid: string }): Promise<JsonWebKey> => {
    const found = await store.findCredential(kid);
    if (found?.type !== 'public_key') throw new Error('a key was expected');
    return found.publicKey;
  };

  const exponent3 = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).privateKey;
  it.each([
    ['a PEM', publicPem(rsaKey), publicHalf(rsaKey)],
    ['a PEM in PKCS#1', publicPem(rsaKey, 'pkcs1'), publicHalf(rsaKey)],
    ['a PEM with \\n escapes', publicPem(ecKey).replaceAll('\n', '\\n'), publicHalf(ecKey)],
    ['RSA with the public exponent 3', publicPem(exponent3), { kty: 'RSA', e: 'Aw' }],
    ['a PEM on P-384', publicPem(ec('P-384')), { kty: 'EC', crv: 'P-384' }],
    ['a PEM on P-521', publicPem(ec('P-521')), { kty: 'EC', crv: 'P-521' }],
    ['a JWK', publicHalf(ecKey), publicHalf(ecKey)],
  ])('takes %s', async (_, given, expected) => {
    const key = await stored(await accounts.addPublicKey('robot', given));
    expect(key).toMatchObject(expected);
    expect(key).not.toHaveProperty('alg');
  });

  it('keeps the alg that a JWK binds, and none of its other members', async () => {
    const given = {
      ...publicHalf(rsaKey),
      alg: 'PS256',
      use: 'sig',
      kid: 'theirs',
      key_ops: ['verify'],
      x5u: 'https://x',
    };
    expect(await stored(await accounts.addPublicKey('robot', given))).toStrictEqual({
      ...publicHalf(rsaKey),
      alg: 'PS256',
    });
  });

  it('gives the key an id of its own, whatever kid a JWK brings', async () => {
    const given = { ...publicHalf(ecKey), kid: 'theirs' };
    const [one, two] = [await accounts.addPublicKey('robot', given), await accounts.addPublicKey('robot', given)];
    expect(one).toStrictEqual({ kid: expect.stringMatching(/^[\da-f-]{36}$/) });
    expect(one.kid).not.toBe(two.kid);
    expect(await store.findCredential('theirs')).toBeUndefined();
  });

  it('keeps title and end', async () => {
    const expiresAt = new Date(Date.now() + 60_000);
    const { kid } = await accounts.addPublicKey('robot', publicPem(ecKey), { title: 'HSM', expiresAt });
    expect(await store.findCredential(kid)).toMatchObject({ title: 'HSM', expiresAt, accountId: 'robot' });
  });

  it('rejects with NotFoundError for an unknown account', async () => {
    await expect(accounts.addPublicKey('nobody', publicPem(ecKey))).rejects.toThrow(NotFoundError);
  });

  const selfSigned = () =>
    execFileSync(
      'openssl',
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -subj /CN=x'.split(' '),
      { stdio: ['ignore', 'pipe', 'ignore'] },
    ).toString();

  it.each<[string, unknown, RegExp]>([
    ['a private PEM', pem(rsaKey), /private/],
    ['a private PEM in SEC1', pem(ecKey, 'sec1'), /private/],
    [
      'an encrypted private PEM',
      ecKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' }),
      /private/,
    ],
    ['a private PEM behind a public one', publicPem(ecKey) + pem(ecKey), /private/],
    ['a private JWK', jwk(ecKey), /private/],
    ['a JWK with a single private member', { ...publicHalf(rsaKey), qi: jwk(rsaKey).qi }, /private/],
    ['a symmetric JWK', { kty: 'oct', k: 'c2VjcmV0' }, /symmetric/],
    ['RSA below 2048 bits', publicPem(rsa(1024)), /2048 bits/],
    ['an RSA JWK below 2048 bits', publicHalf(rsa(1024)), /2048 bits/],
    ['secp256k1', publicPem(ec('secp256k1')), /curve/],
    ['a JWK on secp256k1', publicHalf(ec('secp256k1')), /curve/],
    ['Ed25519', publicPem(generateKeyPairSync('ed25519').privateKey), /RSA or EC, not ed25519/],
    ['a JWK of Ed25519', publicHalf(generateKeyPairSync('ed25519').privateKey), /RSA or EC/],
    ['rsa-pss', publicPem(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey), /not rsa-pss/],
    ['a JWK whose alg does not fit', { ...publicHalf(ecKey), alg: 'ES384' }, /alg does not fit/],
    ['a JWK for encryption', { ...publicHalf(rsaKey), use: 'enc' }, /not for signatures/],
    ['RSA with the public exponent 1', { ...publicHalf(rsaKey), e: 'AQ' }, /public exponent/],
    [
      'RSA with a public exponent of more than 64 bits',
      { ...publicHalf(rsaKey), e: 'AQAAAAAAAAAB' },
      /public exponent/,
    ],
    [
      'RSA above 16,384 bits',
      { kty: 'RSA', e: 'AQAB', n: Buffer.alloc(2049, 255).toString('base64url') },
      /16384 bits/,
    ],
    ['RSA with an even public exponent', { ...publicHalf(rsaKey), e: 'AQAA' }, /public exponent/],
    ['a JWK whose key_ops lack verify', { ...publicHalf(ecKey), key_ops: ['sign'] }, /key_ops/],
    ['a JWK with empty key_ops', { ...publicHalf(ecKey), key_ops: [] }, /key_ops/],
    ['a point beside the curve', { ...publicHalf(ecKey), x: publicHalf(ec()).x }, /malformed/],
    ['a JWK with members missing', { kty: 'RSA', n: publicHalf(rsaKey).n }, /malformed/],
    ['a certificate, whose dates nobody would look at', selfSigned(), /one public key, but it holds: CERTIFICATE/],
    ['two keys', publicPem(ecKey) + publicPem(rsaKey), /one public key/],
    ['a PEM cut short', publicPem(rsaKey).slice(0, 100), /malformed/],
    ['text that is no PEM', 'ssh-rsa AAAA', /it holds: none/],
    ['an empty text', '', /it holds: none/],
    ['nothing', undefined, /PEM or a JWK/],
    ['null', null, /PEM or a JWK/],
    ['a list', [publicHalf(ecKey)], /PEM or a JWK/],
  ])('refuses %s', async (_, given, reason) => {
    const thrown = await rejection(accounts.addPublicKey('robot', given as string));
    expect(thrown).toBeInstanceOf(TypeError);
    expect(thrown.message).toMatch(reason);
    expect(await accounts.listCredentials('robot')).toEqual([]);
  });

  it('refuses options that it does not know', async () => {
    const added = accounts.addPublicKey('robot', publicPem(ecKey), { kid: 'mine' } as never);
    await expect(added).rejects.toThrow(TypeError);
  });
});
