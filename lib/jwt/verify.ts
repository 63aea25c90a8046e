import { ask } from '../host/ask.js';
import type { AlgorithmName } from '../jwa/algorithms.js';
import type { VerificationKey } from '../keys/jwk.js';
import { isSignature } from '../keys/signing.js';
import type { UnverifiedJwt } from './parse.js';

/** Why a JWT was not believed; the caller prefixes whose it was: `assertion_expired`, `token_expired`. */
export type JwtFault = 'critical_header' | 'algorithm' | 'signature' | 'no_expiry' | 'expired' | 'not_yet_valid';

export interface JwtRules {
  /** "alg" values to accept; only those that fit the key count. */
  algorithms: readonly AlgorithmName[];
  /** Seconds that clocks may differ by. */
  clockTolerance: number;
  /** Milliseconds that the check of the signature may take: it may have to wait for a thread. */
  storeTimeout: number;
}

/**
 * Checks a JWT's signature, then "exp" (required) and "nbf" (RFC 7519 §4.1.4 and §4.1.5).
 *
 * @returns what is wrong with it; undefined where nothing is
 * @throws TemporarilyUnavailableError (the promise rejects) where the signature could not be checked in time
 */
export async function faultOf(
  { token, header, payload, signature }: UnverifiedJwt,
  { key, algorithms }: VerificationKey,
  rules: JwtRules,
): Promise<JwtFault | undefined> {
  // RFC 7515 §4.1.11: "If any of the listed extension Header Parameters are not understood and supported by the
  // recipient, then the JWS is invalid." None is.
  if (header.crit !== undefined || (header.b64 !== undefined && header.b64 !== true)) return 'critical_header';
  const alg = algorithms.find((name) => name === header.alg && rules.algorithms.includes(name));
  if (alg === undefined) return 'algorithm';
  const signed = Buffer.from(token.slice(0, token.lastIndexOf('.')));
  const check = isSignature(signature, signed, key, alg);
  const isSigned = typeof check === 'boolean' ? check : await ask('signature', rules.storeTimeout, () => check);
  if (!isSigned) return 'signature';

  const { exp, nbf } = payload;
  // With fractions of a second: an assertion must not outlive the claim of its "jti".
  const now = Date.now() / 1000;
  // JSON's 1e999 is Infinity.
  if (!isDate(exp)) return 'no_expiry';
  if (nbf !== undefined && (!isDate(nbf) || nbf > now + rules.clockTolerance)) return 'not_yet_valid';
  return now >= exp + rules.clockTolerance ? 'expired' : undefined;
}

/** NumericDate, RFC 7519 §2. */
function isDate(claim: unknown): claim is number {
  return Number.isFinite(claim);
}
