import { constants, sign, verify, type KeyObject, type SignKeyObjectInput } from 'node:crypto';
import { promisify } from 'node:util';
import { describe } from '../values.js';
import { algorithm, type Algorithm, type AlgorithmName } from '../jwa/algorithms.js';
import type { SigningKey } from './contract.js';

export interface SigningMaterial {
  /** "kid" (Key ID) of the tokens it signs. */
  kid: string;
  /** One that fits the key, see `fittingAlgorithms`. */
  alg: AlgorithmName;
  privateKey: KeyObject;
}

/** With a callback node:crypto works in libuv's pool; without one, on the event loop. */
const signInPool = promisify(sign);
const verifyInPool = promisify(verify);

/** A signing key over a private key held in memory. It can't be changed, so one serves all callers. */
export function signingKey({ kid, alg, privateKey }: SigningMaterial): SigningKey {
  const { hash } = known(alg);
  const key = keyFor(alg, privateKey);
  return Object.freeze({ kid, alg, sign: (data: Uint8Array) => signInPool(hash, data, key) });
}

/**
 * Whether this is the signature of `data`. What takes milliseconds is checked in the pool, which jsonwebtoken does not
 * in its callback form either: whoever knows a kid could hold the event loop. What takes less is not worth the way
 * there, and must not wait for whatever else the host has in its pool: it is answered at once.
 *
 * @throws TypeError for an `alg` that is unknown
 */
export function isSignature(
  signature: Uint8Array,
  data: Uint8Array,
  key: KeyObject,
  alg: string,
): boolean | Promise<boolean> {
  const { hash, slowToCheck } = known(alg);
  const check = slowToCheck ? verifyInPool : verify;
  return check(hash, data, keyFor(alg, key), signature);
}

/**
 * Whether what the private key signs verifies with `publicKey`: a JWK may hold halves of two different keys. Signed on
 * the event loop, once: a key that can't sign at all ends a process of Node 20.19 where it is tried in the pool.
 */
export async function signsFor({ alg, privateKey }: SigningMaterial, publicKey: KeyObject): Promise<boolean> {
  const probe = Buffer.from('frontier-token');
  try {
    return await isSignature(sign(known(alg).hash, probe, keyFor(alg, privateKey)), probe, publicKey, alg);
  } catch {
    return false;
  }
}

/** RFC 7518 §3.4: `r` and `s` concatenated. §3.5: "The size of the salt value is the same size as the hash function output." */
function keyFor(alg: string, key: KeyObject): SignKeyObjectInput {
  const { kty, pss } = known(alg);
  if (kty === 'EC') return { key, dsaEncoding: 'ieee-p1363' };
  if (!pss) return { key, padding: constants.RSA_PKCS1_PADDING };
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
}

function known(alg: string): Algorithm {
  const found = algorithm(alg);
  if (!found) throw new TypeError(`the alg ${describe(alg)} is not one that the package signs with`);
  return found;
}
