import { createPublicKey, type KeyObject } from 'node:crypto';
import type { JsonWebKey } from './json-web-key.js';
import type { SigningKey } from './contract.js';
import { fittingAlgorithm, publishable, thumbprint } from './jwk.js';
import { signingKey, signsFor } from './signing.js';

/** A key that signs, and what is published of it. */
export interface LoadedKey {
  signer: SigningKey;
  jwk: JsonWebKey;
}

/**
 * Makes a private key ready to sign.
 *
 * @param given `kid`, by default the key's thumbprint (RFC 7638); `alg`, by default the first that fits the key
 * @throws TypeError (the promise rejects) with the reason, which holds no part of a key
 */
export async function loadKey(privateKey: KeyObject, given: { kid?: unknown; alg?: unknown }): Promise<LoadedKey> {
  const alg = fittingAlgorithm(privateKey, given.alg);
  const publicKey = createPublicKey(privateKey);
  const members = publicKey.export({ format: 'jwk' });
  const kid = given.kid === undefined ? thumbprint(members) : given.kid;
  if (typeof kid !== 'string' || kid === '') throw new TypeError('the kid must be a non-empty string');
  const material = { kid, alg, privateKey };
  const jwk = publishable({ ...members, kid, alg });
  if (!jwk || !(await signsFor(material, publicKey))) {
    throw new TypeError('the private and the public half do not belong together');
  }
  return { signer: signingKey(material), jwk };
}
