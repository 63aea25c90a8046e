import { generateKeyPairSync, sign, type JsonWebKey } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { KeyStore, SigningKey } from 'frontier-token';
import { keyStoreContract } from 'frontier-token/testing';
import { breaks, type Broken } from './broken/broken.js';

const HAS_KEY = 'gives a signing key with a kid, an algorithm from RS256 to ES512 and sign()';
const PUBLISHED = 'publishes the key that signs: one public key has its kid, and its alg where it names one';
const USABLE = 'publishes keys that verifiers can name and use: each with a kid of its own, asymmetric, strong enough';
const VERIFIES = 'signs what verifies with the key that it publishes: ES* as r and s, not as DER';

/** A key store of the host's own over one P-256 key. */
interface Right extends KeyStore {
  key: SigningKey;
  published: JsonWebKey;
}

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256' };

function right(): Right {
  const key: SigningKey = {
    kid: 'k',
    alg: 'ES256',
    sign: async (data) => sign('sha256', data, { key: pair.privateKey, dsaEncoding: 'ieee-p1363' }),
  };
  const published = { ...jwk };
  return { key, published, signingKey: async () => key, publicKeys: async () => [{ ...published }] };
}

const key =
  (bug: (key: SigningKey) => object) =>
  (store: Right): object => ({ signingKey: async () => ({ ...store.key, ...bug(store.key) }) });
const publishes =
  (bug: (published: JsonWebKey) => unknown) =>
  (store: Right): object => ({ publicKeys: async () => bug({ ...store.published }) });

const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });

const broken: Broken<Right>[] = [
  ['has no kid', key(() => ({ kid: '' })), HAS_KEY],
  ['signs with HMAC', key(() => ({ alg: 'HS256' })), HAS_KEY],
  ['can not sign', key(() => ({ sign: undefined })), HAS_KEY],
  ['signs with a key that it does not publish', key(() => ({ kid: 'next' })), PUBLISHED, VERIFIES],
  ['publishes its key twice', publishes((one) => [one, { ...one }]), PUBLISHED, USABLE],
  ['publishes its key for another algorithm', publishes((one) => [{ ...one, alg: 'ES384' }]), PUBLISHED, USABLE],
  ['publishes a set', publishes((one) => ({ keys: [one] })), USABLE],
  ['publishes keys without a kid', publishes((one) => [one, { ...one, kid: undefined }]), USABLE],
  ['publishes a weak key', publishes((one) => [one, { ...weak, kid: 'w' }]), USABLE],
  [
    'publishes its private key',
    publishes((one) => [{ ...one, ...pair.privateKey.export({ format: 'jwk' }) }]),
    'publishes nothing private',
  ],
  ['signs as DER', key(() => ({ sign: async (data: Uint8Array) => sign('sha256', data, pair.privateKey) })), VERIFIES],
  ['signs as text', key(({ sign }) => ({ sign: async (data: Uint8Array) => String(await sign(data)) })), VERIFIES],
  ['signs with another key', key(() => ({ sign: async () => Buffer.alloc(64, 1) })), VERIFIES],
  [
    'signs all of the memory that data is in',
    key(({ sign }) => ({ sign: (data: Uint8Array) => sign(new Uint8Array(data.buffer)) })),
    'signs just the bytes that it is given: a part of a larger buffer, a large one',
  ],
  [
    'cuts off what is too large for it',
    key(({ sign }) => ({ sign: (data: Uint8Array) => sign(data.subarray(0, 4096)) })),
    'signs just the bytes that it is given: a part of a larger buffer, a large one',
  ],
  [
    'keeps what it is to sign beside the call',
    (store) => {
      let wanted: Uint8Array;
      return key(({ sign }) => ({
        sign: async (data: Uint8Array) => {
          wanted = data;
          await turn();
          return sign(wanted);
        },
      }))(store);
    },
    'signs for many at the same moment',
  ],
  [
    'gives its own keys',
    (store) => ({ publicKeys: async () => [store.published] }),
    'gives public keys that the caller may change, without changing the store',
  ],
];

describe('of broken key stores', () => {
  breaks(broken, (bug) =>
    keyStoreContract(() => {
      const store = right();
      return { ...store, ...bug(store) };
    }),
  );
});
