import { createPublicKey } from 'node:crypto';
import type { JsonWebKey } from './json-web-key.js';
import { isObject } from '../values.js';
import { imported } from './import.js';
import { fittingAlgorithms, verificationKey } from './jwk.js';
import { contents, isPrivateLabel, readPem } from './pem.js';

/** RFC 7518 §6.2.2, §6.3.2 and §6.4.1. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/**
 * The public key that a PEM (SPKI or PKCS#1) or a JWK holds: the members of RFC 7518 §6, and "alg" where a JWK binds it.
 *
 * @throws TypeError with the reason, for a key that is private, malformed, weak or of another type or curve
 */
export function publicJwk(pemOrJwk: unknown): JsonWebKey {
  if (typeof pemOrJwk === 'string') return fromPem(pemOrJwk);
  if (isObject(pemOrJwk)) return fromJwk(pemOrJwk);
  throw new TypeError('the key must be a PEM or a JWK');
}

function fromPem(pem: string): JsonWebKey {
  const read = readPem(pem);
  // node:crypto would take a private key for its public half, and a certificate whatever its dates.
  if (read.labels.some(isPrivateLabel)) throw new TypeError('the key is private; only its public half belongs here');
  if (read.labels.length !== 1 || !read.labels[0]?.endsWith('PUBLIC KEY')) {
    throw new TypeError(`the PEM must hold one public key, but it holds: ${contents(read)}`);
  }
  const key = imported(() => createPublicKey(read.text));
  fittingAlgorithms(key);
  return key.export({ format: 'jwk' });
}

function fromJwk(jwk: JsonWebKey): JsonWebKey {
  if (PRIVATE_MEMBERS.some((name) => jwk[name] !== undefined)) {
    throw new TypeError('the key is private or symmetric; only a public half belongs here');
  }
  const members = verificationKey(jwk).key.export({ format: 'jwk' });
  return jwk.alg === undefined ? members : { ...members, alg: jwk.alg };
}
