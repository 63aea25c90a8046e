import { StoreUnavailableError } from '../errors/store-errors.js';
import { ask } from '../host/ask.js';

/**
 * Fetches a JWK set with jwks-rsa: its keys, unread. Without jwks-rsa's cache and rate limit, which fetch anew for
 * each unknown kid and let forged ones spend what the good ones need.
 *
 * @param timeout milliseconds for the whole answer: jwks-rsa's own is for silence, and it waits forever for the rest
 *   of one that broke off
 * @returns a function that rejects with TemporarilyUnavailableError, whatever went wrong
 */
export function jwksFetcher(jwksUri: string, timeout: number): () => Promise<readonly unknown[]> {
  // Here and not above: it is slow to load, and a process that has the key store has no use for it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() breaks hosts whose tests run in Jest
  const { JwksClient } = require('jwks-rsa') as typeof import('jwks-rsa');
  const client = new JwksClient({ jwksUri, timeout, cache: false, rateLimit: false });
  return () =>
    ask('jwks', timeout, async () => {
      try {
        const keys = await client.getKeys();
        if (Array.isArray(keys)) return keys as readonly unknown[];
      } catch (cause) {
        throw new StoreUnavailableError('the JWKS can not be fetched', { cause });
      }
      throw new StoreUnavailableError('the answer is no JWK set');
    });
}
