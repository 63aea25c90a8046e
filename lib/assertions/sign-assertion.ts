import { randomUUID } from 'node:crypto';
import { sign } from 'jsonwebtoken';
import type { ServiceKey } from '../credentials/key-file.js';
import type { AlgorithmName } from '../jwa/algorithms.js';
import { fittingAlgorithm } from '../keys/jwk.js';

export interface AssertionOptions {
  /** "aud" (Audience) Claim: the issuer or its token endpoint. */
  audience: string;
  /** "alg" (Algorithm), RFC 7518 §3.1. Default: RS256, or the one that fits the curve. */
  alg?: AlgorithmName;
}

/** Seconds. */
const LIFETIME = 300;

/**
 * A fresh assertion, as a service account authenticates with (RFC 7523 §3). It can be used once, within five minutes.
 * Signed on the event loop: for clients that have nothing else to do.
 *
 * @throws TypeError where the key is none to sign with, or the algorithm does not fit it
 */
export function signAssertion({ kid, accountId, privateKey }: ServiceKey, { audience, alg }: AssertionOptions): string {
  const claims = { iss: accountId, sub: accountId, aud: audience, jti: randomUUID() };
  const algorithm = fittingAlgorithm(privateKey, alg);
  return sign(claims, privateKey, { algorithm, keyid: kid, expiresIn: LIFETIME });
}
