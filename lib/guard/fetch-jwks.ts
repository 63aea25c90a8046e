import { StoreUnavailableError } from '../errors/store-errors.js';
import { ask } from '../host/ask.js';
import { readAnswer } from '../http/read-answer.js';

/** Bytes; a set of a hundred keys has 50,000. */
const MAX_SIZE = 1024 * 1024;

/**
 * Fetches a JWK set with jwks-rsa: its keys, unread. Without jwks-rsa's cache and rate limit, which fetch anew for
 * each unknown kid and let forged ones spend what the good ones need, and without its own request, which never ends
 * where the answer does not, keeps whatever comes, and can't reach an IPv6 address.
 *
 * @param timeout milliseconds for the whole answer
 * @returns a function that rejects with TemporarilyUnavailableError, whatever went wrong
 */
export function jwksFetcher(jwksUri: string, timeout: number): () => Promise<readonly unknown[]> {
  // Here, since it takes longer to load than all else together, and an issuer alone has no use for it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() breaks hosts whose tests run in Jest
  const { JwksClient } = require('jwks-rsa') as typeof import('jwks-rsa');
  const fetcher = (uri: string) => fetchJson(uri, timeout) as Promise<{ keys: unknown }>;
  const client = new JwksClient({ jwksUri, cache: false, rateLimit: false, fetcher });
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

async function fetchJson(uri: string, timeout: number): Promise<unknown> {
  // For what is still open once `ask` has given up: much later, since its reason says more and a stalled process would
  // find both due.
  const signal = AbortSignal.timeout(2 * timeout);
  const response = await fetch(uri, { signal, redirect: 'error', headers: { Accept: 'application/json' } });
  if (response.ok) return JSON.parse(await readAnswer(response, MAX_SIZE, signal));
  void response.body?.cancel().catch(() => undefined);
  throw new Error(`the answer has status ${response.status}`);
}
