import { ServerError } from '../errors/catalogue.js';
import { ask } from '../host/ask.js';
import type { KeyStore } from './contract.js';

/**
 * Asks the host's key store for its public keys; what each of them is has yet to be looked at.
 *
 * @param timeout milliseconds
 * @throws TemporarilyUnavailableError, ServerError
 */
export async function publicKeysOf(keyStore: KeyStore, timeout: number): Promise<readonly unknown[]> {
  const jwks: unknown = await ask('key_store', timeout, () => keyStore.publicKeys());
  if (Array.isArray(jwks)) return jwks as unknown[];
  const cause = new TypeError('publicKeys() must give an array of JWKs');
  throw new ServerError({ reason: 'key_store_nonsense', cause });
}
