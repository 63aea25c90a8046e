import { loadKey } from '../keys/load-key.js';
import { privateKeyFromPem } from '../keys/private-key.js';
import { isObject } from '../values.js';
import type { ServiceKey } from './key-file.js';

/**
 * Reads a key file, in the form of Google's or of Frontier's.
 *
 * @throws TypeError (the promise rejects) with the reason, which holds no part of the file
 */
export async function readKeyFile(text: string): Promise<ServiceKey> {
  const file = object(text);
  const { kid = file.private_key_id, principal_id: accountId = file.client_email, private_key: pem } = file;
  if (!isText(kid) || !isText(accountId) || !isText(pem)) {
    throw new TypeError('the key file must hold kid, principal_id and private_key');
  }
  const privateKey = privateKeyFromPem(pem);
  // OpenSSL takes one whose halves do not belong together: what that signs nobody can verify.
  await loadKey(privateKey, { kid });
  return { kid, accountId, privateKey };
}

function object(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // What JSON.parse throws quotes the file.
  }
  throw new TypeError('the key file must be a JSON object');
}

function isText(given: unknown): given is string {
  return typeof given === 'string' && given !== '';
}
