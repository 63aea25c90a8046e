import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { JsonWebKey } from './json-web-key.js';
import { imported } from './import.js';
import { contents, isPrivateLabel, readPem } from './pem.js';

/**
 * Reads a private key in PEM: PKCS#8, PKCS#1 or SEC1. Its type and size are for `fittingAlgorithms` to judge.
 *
 * @throws TypeError with the reason, for a key that is public, encrypted or malformed
 */
export function privateKeyFromPem(pem: string): KeyObject {
  const read = readPem(pem);
  // Both spellings: a label of PKCS#8, and the header "Proc-Type: 4,ENCRYPTED" of PKCS#1 and SEC1.
  if (read.text.includes('ENCRYPTED')) throw new TypeError('the key is encrypted; decrypt it first');
  if (read.labels.filter(isPrivateLabel).length !== 1) {
    throw new TypeError(`the PEM must hold one private key, but it holds: ${contents(read)}`);
  }
  return imported(() => createPrivateKey(read.text));
}

/**
 * Reads a private JWK (RFC 7517 §4) of type RSA or EC.
 *
 * @throws TypeError with the reason
 */
export function privateKeyFromJwk(jwk: JsonWebKey): KeyObject {
  if (jwk.kty !== 'RSA' && jwk.kty !== 'EC') throw new TypeError('the key must be of type RSA or EC');
  if (jwk.d === undefined) throw new TypeError('the key is public, a private one is needed');
  if (jwk.use !== undefined && jwk.use !== 'sig') throw new TypeError('the key is not for signatures (use)');
  return imported(() => createPrivateKey({ key: jwk, format: 'jwk' }));
}
