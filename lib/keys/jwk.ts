import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import type { JsonWebKey } from './json-web-key.js';
import { algorithm, algorithmNames, type AlgorithmName } from '../jwa/algorithms.js';
import { imported } from './import.js';

/** A key that signatures are checked with, and the algorithms that fit it. */
export interface VerificationKey {
  key: KeyObject;
  algorithms: readonly AlgorithmName[];
}

/** The least size of an RSA key: RFC 7518 §3.3, "A key of size 2048 bits or larger MUST be used". */
const MIN_RSA_BITS = 2048;
/** What OpenSSL verifies with: OPENSSL_RSA_MAX_MODULUS_BITS and, of larger moduli, OPENSSL_RSA_MAX_PUBEXP_BITS. */
const MAX_RSA_BITS = 16_384;
const MAX_EXPONENT = 2n ** 64n;

const CURVES: Record<string, string> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };

/**
 * The algorithms that a key of this type and size can sign or verify with.
 *
 * @throws TypeError for RSA below 2048 bits or above 16,384, for a public exponent that is even, below 3 or above 64
 *   bits, for curves other than P-256, P-384 and P-521, and for other key types
 */
export function fittingAlgorithms(key: KeyObject): AlgorithmName[] {
  const { modulusLength = 0, publicExponent = 0n, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'rsa':
      if (modulusLength < MIN_RSA_BITS) {
        throw new TypeError(`an RSA key must have ${MIN_RSA_BITS} bits or more, this one has ${modulusLength}`);
      }
      if (modulusLength > MAX_RSA_BITS) throw new TypeError(`an RSA key must have ${MAX_RSA_BITS} bits or fewer`);
      if (publicExponent < 3n || publicExponent >= MAX_EXPONENT || publicExponent % 2n === 0n) {
        throw new TypeError('the public exponent of an RSA key must be odd, 3 or more, and of 64 bits at most');
      }
      return algorithmNames.filter((name) => algorithm(name)?.kty === 'RSA');
    case 'ec': {
      const curve = CURVES[namedCurve];
      if (curve === undefined) throw new TypeError(`the curve must be P-256, P-384 or P-521, not ${namedCurve}`);
      return algorithmNames.filter((name) => algorithm(name)?.curve === curve);
    }
    default:
      throw new TypeError(`the key must be of type RSA or EC, not ${key.asymmetricKeyType ?? key.type}`);
  }
}

/**
 * The algorithm of this name, by default the first that fits the key.
 *
 * @throws TypeError where it does not fit, or none does
 */
export function fittingAlgorithm(key: KeyObject, alg?: unknown): AlgorithmName {
  const fitting = fittingAlgorithms(key);
  const found = alg === undefined ? fitting[0] : fitting.find((name) => name === alg);
  if (found === undefined) throw new TypeError(`the alg does not fit the key (${fitting.join(', ')})`);
  return found;
}

/**
 * Imports a public JWK to check signatures with. Its "alg", "use" and "key_ops" (RFC 7517 §4), where given, bind.
 *
 * @throws TypeError with the reason
 */
export function verificationKey(jwk: JsonWebKey): VerificationKey {
  const members = keyMembers(jwk);
  if (members === undefined) throw new TypeError('the key must be of type RSA or EC');
  if (jwk.use !== undefined && jwk.use !== 'sig') throw new TypeError('the key is not for signatures (use)');
  // A key store may give its public keys with all that it has.
  const operation = jwk.d === undefined ? 'verify' : 'sign';
  if (Array.isArray(jwk.key_ops) && !jwk.key_ops.includes(operation)) {
    throw new TypeError('the key is not for signatures (key_ops)');
  }
  const key = imported(() => createPublicKey({ key: members, format: 'jwk' }));
  const fitting = fittingAlgorithms(key);
  const algorithms = jwk.alg === undefined ? fitting : fitting.filter((name) => name === jwk.alg);
  if (algorithms.length === 0) throw new TypeError("the key's alg does not fit it");
  return { key, algorithms };
}

/** The members of a public key, RFC 7518 §6.2.1 and §6.3.1, in the order that RFC 7638 §3.2 hashes them. */
function keyMembers(jwk: JsonWebKey): JsonWebKey | undefined {
  if (jwk.kty === 'RSA') return { e: jwk.e, kty: jwk.kty, n: jwk.n };
  if (jwk.kty === 'EC') return { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y };
  return undefined;
}

/** JWK thumbprint with SHA-256, base64url (RFC 7638). */
export function thumbprint(jwk: JsonWebKey): string {
  return createHash('sha256')
    .update(JSON.stringify(keyMembers(jwk)))
    .digest('base64url');
}

/**
 * What may be published of a key: the members of the public key and `kid`, `alg`, `use`; nothing private, whatever
 * the key holds. "alg" is left out where more than one fits, as for RSA, and the key names none.
 *
 * @returns undefined for a key that can't be published: no `kid`, symmetric, or of an unknown type
 */
export function publishable(jwk: JsonWebKey, importKey = verificationKey): JsonWebKey | undefined {
  const members = keyMembers(jwk);
  if (members === undefined || typeof jwk.kid !== 'string' || jwk.kid === '') return undefined;
  try {
    const { algorithms } = importKey(jwk);
    const [alg] = algorithms;
    return { kid: jwk.kid, ...(algorithms.length === 1 ? { alg } : {}), use: 'sig', ...members };
  } catch {
    return undefined;
  }
}
