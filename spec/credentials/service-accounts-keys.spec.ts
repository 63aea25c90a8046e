import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto';
import { importJWK, importPKCS8, jwtVerify, SignJWT } from 'jose';
import { MemoryStore } from '../../lib/credentials/memory-store.js';
import { ServiceAccounts } from '../../lib/credentials/service-accounts.js';
import type { FrontierKeyFile, KeyFile } from '../../lib/credentials/key-file.js';
import { algorithmNames } from '../../lib/jwa/algorithms.js';
import { rejection } from '../support/private-keys.js';

describe('ServiceAccounts.createKey', () => {
  let store: MemoryStore;
  let accounts: ServiceAccounts;
  beforeEach(async () => {
    store = new MemoryStore();
    accounts = new ServiceAccounts(store, { issuer: 'https://api.example.com' });
    await accounts.create({ id: 'robot' });
  });
  const stored = async (kid: string): Promise<JsonWebKey> => {
    const found = await store.findCredential(kid);
    if (found?.type !== 'public_key') throw new Error('a key was expected');
    return found.publicKey;
  };

  it.each(algorithmNames)('makes a key pair for %s: the file signs what the stored half verifies', async (alg) => {
    const file = await accounts.createKey('robot', { alg });
    const jwt = await new SignJWT({ sub: 'robot' })
      .setProtectedHeader({ alg, kid: file.kid })
      .sign(await importPKCS8(file.private_key, alg));
    const { payload } = await jwtVerify(jwt, await importJWK((await stored(file.kid)) as never, alg));
    expect(payload.sub).toBe('robot');
  });

  it('makes an RSA key of 2048 bits for RS256 by default', async () => {
    const file = await accounts.createKey('robot');
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(file.private_key);
    expect([asymmetricKeyType, asymmetricKeyDetails?.modulusLength]).toEqual(['rsa', 2048]);
    expect(await stored(file.kid)).toMatchObject({ kty: 'RSA', alg: 'RS256' });
  });

  it('keeps the public half, and nothing of the private one', async () => {
    const { kid } = await accounts.createKey('robot', { alg: 'RS256' });
    expect(Object.keys(await stored(kid)).sort()).toEqual(['alg', 'e', 'kty', 'n']);
  });

  it('gives the file that Google and Frontier read', async () => {
    const file: KeyFile = await accounts.createKey('robot', { alg: 'ES256', title: 'K', expiresAt: new Date(9e12) });
    expect(file).toStrictEqual({
      type: 'service_account',
      kid: file.kid,
      principal_id: 'robot',
      private_key: expect.stringMatching(/^-----BEGIN PRIVATE KEY-----/),
      private_key_id: file.kid,
      client_email: 'robot',
      client_id: 'robot',
      token_uri: 'https://api.example.com/v1beta1/auth/token',
    });
    expect(await store.findCredential(file.kid)).toMatchObject({ title: 'K', expiresAt: new Date(9e12) });
  });

  it.each([
    ['RS256', 'sv_rsa'],
    ['PS256', 'sv_rsa'],
    ['ES512', 'sv_ec'],
  ] as const)("gives exactly Frontier's KeyCredential for %s with format: 'frontier'", async (alg, type) => {
    const file: FrontierKeyFile = await accounts.createKey('robot', { alg, format: 'frontier' });
    expect(file).toStrictEqual({ type, kid: file.kid, principal_id: 'robot', private_key: expect.any(String) });
    expect(await store.findCredential(file.kid)).toMatchObject({ type: 'public_key', accountId: 'robot' });
  });

  it('makes any number of keys, each with a kid and a pair of its own', async () => {
    const files = await Promise.all([1, 2, 3].map(() => accounts.createKey('robot', { alg: 'ES256' })));
    expect(new Set(files.map(({ kid }) => kid)).size).toBe(3);
    expect(new Set(files.map(({ private_key }) => private_key)).size).toBe(3);
    expect(await accounts.listCredentials('robot')).toHaveLength(3);
    const { x } = createPublicKey(files[1]!.private_key).export({ format: 'jwk' });
    expect(await stored(files[1]!.kid)).toMatchObject({ x });
  });

  it.each([
    ['HS256', { alg: 'HS256' }, "option 'alg'"],
    ['EdDSA', { alg: 'EdDSA' }, "option 'alg'"],
    ['an alg of null', { alg: null }, "option 'alg'"],
    ['another format', { format: 'google' }, "option 'format' must be 'frontier'"],
    ['an invalid date', { expiresAt: new Date('never') }, "option 'expiresAt'"],
    ['an unknown option', { bits: 4096 }, "option 'bits'"],
  ])('rejects with a TypeError for %s', async (_, options, message) => {
    const thrown = await rejection(accounts.createKey('robot', options as never));
    expect(thrown).toBeInstanceOf(TypeError);
    expect(thrown.message).toContain(message);
    expect(await accounts.listCredentials('robot')).toEqual([]);
  });
});
