import { isDeepStrictEqual, types } from 'node:util';
import { algorithm, algorithmNames } from '../jwa/algorithms.js';
import { parseJwt } from '../jwt/parse.js';
import { faultOf } from '../jwt/verify.js';
import type { KeyStore, SigningKey } from '../keys/contract.js';
import type { JsonWebKey } from '../keys/json-web-key.js';
import { verificationKey, type VerificationKey } from '../keys/jwk.js';
import { kindOf } from '../values.js';
import { breach, plain, same } from './breach.js';
import type { Rule } from './contract-rule.js';
import { spoil } from './records.js';
import { CallFailure, watched } from './store-calls.js';

/** RFC 7518 §6.2.2, §6.3.2 and §6.4.1. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const LARGE =
  'sign() takes data of any length, and many a KMS only 4096 bytes: hash first, and have the KMS sign the digest';

/** What `signingKey` and `publicKeys` promise. */
export const keyRules: readonly Rule<KeyStore>[] = [
  {
    title: 'gives a signing key with a kid, an algorithm from RS256 to ES512 and sign()',
    async check(store) {
      const key: Partial<SigningKey> = await store.signingKey();
      const { kid, alg, sign } = key;
      if (!isKid(kid)) throw breach('signingKey().kid is a non-empty string', { got: kid });
      if (!algorithm(alg)) throw breach(`signingKey().alg is one of ${algorithmNames.join(', ')}`, { got: alg });
      if (typeof sign !== 'function') throw breach('signingKey().sign is a function', { got: sign });
    },
  },
  {
    title: 'publishes the key that signs: one public key has its kid, and its alg where it names one',
    async check(store) {
      const { kid, alg } = await store.signingKey();
      const fitting = await published(store, kid);
      same(fitting.length, 1, `publicKeys() has one key with the kid '${kid}' of the signing key`);
      const named = fitting[0]?.alg ?? alg;
      same(named, alg, "a public key's alg, where it has one, is the signing key's: verifiers take no other");
    },
  },
  {
    title: 'publishes keys that verifiers can name and use: each with a kid of its own, asymmetric, strong enough',
    async check(store) {
      const keys: unknown = await store.publicKeys();
      if (!Array.isArray(keys) || keys.length === 0) {
        throw breach(`publicKeys() gives an array of JWKs, the signing key among them, not ${kindOf(keys)}`);
      }
      const jwks = keys as JsonWebKey[];
      const kids = jwks.map(({ kid }) => kid);
      if (!kids.every(isKid)) throw breach('each public key has a kid, a non-empty string', { got: kids });
      same(new Set(kids).size, kids.length, 'no two public keys have the same kid');
      // Others verify no token, and are passed over.
      for (const jwk of jwks.filter(({ kty }) => kty === 'RSA' || kty === 'EC')) imported(jwk);
    },
  },
  {
    title: 'publishes nothing private',
    async check(store) {
      const members = (await store.publicKeys()).flatMap((jwk) => PRIVATE_MEMBERS.filter((name) => name in jwk));
      same(
        members,
        [],
        'public keys have no member of a private key: publish kty, n, e or crv, x, y, with kid and alg',
      );
    },
  },
  {
    title: 'signs what verifies with the key that it publishes: ES* as r and s, not as DER',
    async check(store) {
      // Few, one after the other: a KMS takes its time for each.
      for (const length of [0, 1, 16, 300]) await signsWell(store, 'x'.repeat(length));
    },
  },
  {
    title: 'signs just the bytes that it is given: a part of a larger buffer, a large one',
    async check(store) {
      await signsWell(store, 'a part', (data) => {
        const larger = new Uint8Array(data.length + 40).fill(65);
        larger.set(data, 20);
        return larger.subarray(20, 20 + data.length);
      });
      // What is small was signed well: it is the size.
      await signsWell(store, 'x'.repeat(100_000)).catch((thrown: unknown) => {
        const cause = thrown instanceof CallFailure ? thrown.cause : thrown;
        throw breach(LARGE, { got: types.isNativeError(cause) ? cause.message : cause, cause });
      });
    },
  },
  {
    title: 'signs for many at the same moment',
    async check(store) {
      await Promise.all(Array.from({ length: 20 }, (_, index) => signsWell(store, `token ${index}`)));
    },
  },
  {
    title: 'gives public keys that the caller may change, without changing the store',
    async check(store) {
      const { kid } = await store.signingKey();
      const before = plain(await store.publicKeys());
      spoil(await store.publicKeys());
      const unchanged = isDeepStrictEqual(plain(await store.publicKeys()), before);
      if (!unchanged) throw breach('publicKeys() gives copies: what a caller does with them changes nothing');
      await signsWell(store, kid);
    },
  },
];

function isKid(given: unknown): given is string {
  return typeof given === 'string' && given !== '';
}

async function published(store: KeyStore, kid: string): Promise<JsonWebKey[]> {
  return (await store.publicKeys()).filter((jwk) => jwk.kid === kid);
}

/** Its failure names the key and does not show it: it may be private. */
function imported(jwk: JsonWebKey): VerificationKey {
  try {
    return verificationKey(jwk);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw breach(
      `public keys are usable, RSA from 2048 bits or P-256, P-384, P-521; of '${String(jwk.kid)}': ${reason}`,
    );
  }
}

/** Signs a token, and verifies it as a guard does. */
async function signsWell(
  store: KeyStore,
  text: string,
  inMemory: (data: Uint8Array) => Uint8Array = (data) => new Uint8Array(data),
): Promise<void> {
  const key = await store.signingKey();
  const { kid, alg } = key;
  const [jwk] = await published(store, kid);
  if (!jwk) throw breach(`publicKeys() has the signing key, '${kid}': publish a key before it signs`);
  const signed = `${base64url({ alg, kid })}.${base64url({ text, exp: Math.ceil(Date.now() / 1000) + 600 })}`;
  const signature: unknown = await watched(key).sign(inMemory(Buffer.from(signed)));
  if (!types.isUint8Array(signature)) throw breach('sign() gives a Uint8Array', { got: signature });
  const { signatureBytes = signature.length } = algorithm(alg) ?? {};
  same(signature.length, signatureBytes, `a signature for ${alg} is r and s, one after the other, not DER: in bytes`);
  const token = parseJwt(`${signed}.${Buffer.from(signature).toString('base64url')}`);
  const rules = { algorithms: algorithmNames, clockTolerance: 0, storeTimeout: 5000 };
  const fault = token ? await faultOf(token, imported(jwk), rules) : 'no JWT';
  if (fault === undefined) return;
  throw breach(`what sign() gives for ${alg} verifies with the public key '${kid}' (RFC 7518 §3.3 to §3.5)`, {
    got: `${fault} is wrong`,
  });
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
