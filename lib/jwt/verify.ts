import jwt from 'jsonwebtoken';
import type { AlgorithmName } from '../jwa/algorithms.js';
import type { VerificationKey } from '../keys/jwk.js';
import type { UnverifiedJwt } from './parse.js';

/** Why a JWT was not believed; the caller prefixes whose it was: `assertion_expired`, `token_expired`. */
export type JwtFault = 'critical_header' | 'algorithm' | 'signature' | 'no_expiry' | 'expired' | 'not_yet_valid';

export interface JwtRules {
  /** "alg" values to accept; only those that fit the key count. */
  algorithms: readonly AlgorithmName[];
  /** Seconds that clocks may differ by. */
  clockTolerance: number;
}

/**
 * Checks a JWT's signature, "exp" (required) and "nbf" with jsonwebtoken.
 *
 * @returns what is wrong with it; undefined where nothing is
 */
export function faultOf(
  { token, header, payload }: UnverifiedJwt,
  key: VerificationKey,
  rules: JwtRules,
): JwtFault | undefined {
  // RFC 7515 §4.1.11: "If any of the listed extension Header Parameters are not understood and supported by the
  // recipient, then the JWS is invalid." None is; jsonwebtoken does not look at it.
  if (header.crit !== undefined || (header.b64 !== undefined && header.b64 !== true)) return 'critical_header';
  const allowed = key.algorithms.filter((name) => rules.algorithms.includes(name));
  if (!(allowed as unknown[]).includes(header.alg)) return 'algorithm';
  // jsonwebtoken takes "exp" as optional, and compares Infinity (JSON's 1e999).
  if (!Number.isFinite(payload.exp)) return 'no_expiry';
  if (payload.nbf !== undefined && !Number.isFinite(payload.nbf)) return 'not_yet_valid';
  try {
    // jsonwebtoken's own clock is floored: an assertion would outlive the claim of its "jti" by up to a second.
    const clockTimestamp = Date.now() / 1000;
    jwt.verify(token, key.key, { algorithms: allowed, clockTolerance: rules.clockTolerance, clockTimestamp });
    return undefined;
  } catch (thrown) {
    if (thrown instanceof jwt.TokenExpiredError) return 'expired';
    return thrown instanceof jwt.NotBeforeError ? 'not_yet_valid' : 'signature';
  }
}
