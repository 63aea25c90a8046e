import { verificationKey, type VerificationKey } from '../keys/jwk.js';
import { isObject } from '../values.js';

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
 * Imports a key of a set. Undefined where it is unusable: RFC 7517 §5, "Implementations SHOULD ignore JWKs within a
 * JWK Set that use "kty" (key type) values that are not understood by them, that are missing required members, or for
 * which values are out of the supported ranges."
 */
export function usableKey(jwk: unknown, importKey = verificationKey): VerificationKey | undefined {
  if (!isObject(jwk)) return undefined;
  try {
    return importKey(jwk);
  } catch {
    return undefined;
  }
}
