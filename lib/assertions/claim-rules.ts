import type { FoundCredential } from '../credentials/contract.js';

/** What the claims of an assertion are held against. */
export interface Expectation {
  key: FoundCredential;
  audience: readonly string[];
  /** Seconds since 1970. */
  now: number;
  /** Seconds. */
  clockTolerance: number;
  /** Seconds. */
  maxLifetime: number;
}

/** Claims of an assertion whose signature holds and whose "exp" is a number that is not past. */
export type AssertionClaims = Record<string, unknown> & { exp: number };

/** One rule of RFC 7523 §3; true where the claims keep it. Its name is the operator's reason. */
export type ClaimRule = readonly [reason: string, holds: (claims: AssertionClaims, expected: Expectation) => boolean];

/** "The JWT MUST contain an "iss" (issuer) claim": the account itself. */
export const issuerIsAccount: ClaimRule = ['assertion_issuer', ({ iss }, { key }) => iss === key.accountId];

/** "The JWT MUST contain a "sub" (subject) claim". Google's libraries leave it out where it equals "iss". */
export const subjectIsAccount: ClaimRule = [
  'assertion_subject',
  ({ sub }, { key }) => sub === undefined || sub === key.accountId,
];

/** "The JWT MUST contain an "aud" (audience) claim containing a value that identifies the authorization server". */
export const audienceIsHere: ClaimRule = [
  'assertion_audience',
  ({ aud }, { audience }) => (Array.isArray(aud) ? aud : [aud]).some((each) => audience.includes(each as string)),
];

/** Frontier's SDKs may leave "aud" out; one that is there still binds. */
export const audienceIsHereIfAny: ClaimRule = [
  'assertion_audience',
  (claims, expected) => claims.aud === undefined || audienceIsHere[1](claims, expected),
];

/** "The JWT MAY contain an "iat" (issued at) claim": one from the future is a clock or a lie. */
export const issuedInThePast: ClaimRule = [
  'assertion_issued_in_future',
  ({ iat }, { now, clockTolerance }) => iat === undefined || (isTime(iat) && iat <= now + clockTolerance),
];

/** "the authorization server may reject JWTs with an "exp" claim value that is unreasonably far in the future". */
export const livesShortly: ClaimRule = [
  'assertion_lifetime',
  ({ exp, iat }, { now, maxLifetime, clockTolerance }) =>
    exp - (iat === undefined ? now : (iat as number)) <= maxLifetime + clockTolerance,
];

function isTime(value: unknown): value is number {
  return Number.isFinite(value);
}
