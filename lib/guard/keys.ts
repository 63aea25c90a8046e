import type { ImportedKeys } from '../keys/imported-keys.js';
import type { JsonWebKey } from '../keys/json-web-key.js';
import type { VerificationKey } from '../keys/jwk.js';

/** Where a guard finds the key that a token names. */
export interface VerificationKeys {
  /**
   * The key with this "kid"; undefined where the issuer has none.
   *
   * @throws TemporarilyUnavailableError where that can't be known now, ServerError
   */
  find(kid: string): Promise<VerificationKey | undefined>;
}

/**
 * The first usable key of a set. RFC 7517 §5: "Implementations SHOULD ignore JWKs within a JWK Set that use "kty" (key
 * type) values that are not understood by them, that are missing required members, or for which values are out of the
 * supported ranges."
 */
export function usableKey(jwks: readonly JsonWebKey[], imported: ImportedKeys): VerificationKey | undefined {
  for (const jwk of jwks) {
    try {
      return imported.import(jwk);
    } catch {
      // The next.
    }
  }
  return undefined;
}
