import { StoreUnavailableError } from '../errors/store-errors.js';
import { ask } from '../host/ask.js';

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
  // A moment after `ask` has given up, whose reason says more.
  const signal = AbortSignal.timeout(timeout + 50);
  const response = await fetch(uri, { signal, redirect: 'error', headers: { Accept: 'application/json' } });
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop by an error ends the request.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    if (!response.ok) throw new Error(`the answer has status ${response.status}`);
    size += chunk.length;
    if (size > MAX_SIZE) throw new Error(`the answer has more than ${MAX_SIZE} bytes`);
    chunks.push(chunk);
  }
  if (!response.ok) throw new Error(`the answer has status ${response.status}`);
  return JSON.parse(Buffer.concat(chunks).toString());
}
