import type { JsonWebKey } from './json-web-key.js';

/** A key that signs access tokens. A KMS fits behind this: only `sign` is asked of it. */
export interface SigningKey {
  /** "kid" (Key ID) of the tokens it signs; the JWKS has the public part under the same `kid`. */
  kid: string;
  /** "alg" (Algorithm), RFC 7518 §3.1: RS256 … ES512. */
  alg: string;
  /** The JOSE signature over `data`. For ES*: `r` and `s` concatenated (RFC 7518 §3.4), not DER. */
  sign(data: Uint8Array): Promise<Uint8Array>;
}

/**
 * Where signing keys come from. The token route asks for `signingKey()` once a token; the JWKS route and
 * `requireAccessToken` ask for `publicKeys()` once a request, so both are expected to answer from memory.
 *
 * Rejecting with `StoreUnavailableError`, or no answer in `storeTimeout`, is answered with 503; any other throw with 500.
 */
export interface KeyStore {
  /** The key that signs new tokens. */
  signingKey(): Promise<SigningKey>;
  /** The public parts of all keys whose tokens still verify: the JWKS (RFC 7517 §5). Each has a `kid`. */
  publicKeys(): Promise<JsonWebKey[]>;
}
