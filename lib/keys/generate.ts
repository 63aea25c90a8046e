import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { algorithm, type AlgorithmName } from '../jwa/algorithms.js';

const RSA_BITS = 2048;

const generateInPool = promisify(generateKeyPair);

/** A new key pair that fits `alg`: RSA of 2048 bits, or EC. Made in libuv's pool, where RSA takes some 100 ms. */
export function generateKeys(alg: AlgorithmName): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  const curve = algorithm(alg)?.curve;
  return curve === undefined
    ? generateInPool('rsa', { modulusLength: RSA_BITS })
    : generateInPool('ec', { namedCurve: curve });
}
