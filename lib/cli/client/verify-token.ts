import { InvalidTokenError } from '../../errors/catalogue.js';
import type { AccessTokenPayload } from '../../guard/access-token.js';
import { accessTokenVerifier } from '../../guard/verify-access-token.js';
import { readGuardOptions, type RequireAccessTokenOptions } from '../../options/guard-options.js';
import { Failure, innermost } from '../failure.js';

/**
 * The claims of an access token, as a guarded route would take it.
 *
 * @throws Failure with what is wrong with it
 */
export async function verifyToken(token: string, given: RequireAccessTokenOptions): Promise<AccessTokenPayload> {
  const options = readGuardOptions('verify', given);
  try {
    return (await accessTokenVerifier(options)(`Bearer ${token}`)).payload;
  } catch (cause) {
    if (!(cause instanceof InvalidTokenError)) {
      throw new Failure(`can't get the issuer's keys from ${options.jwksUri}: ${innermost(cause)}`, { cause });
    }
    throw new Failure(`the token is not valid: ${FAULTS[cause.reason] ?? cause.reason}`, { cause });
  }
}

/** The reasons of refusals, said to whoever holds the token. */
const FAULTS: Readonly<Record<string, string>> = {
  token_malformed: 'it is no JWT',
  token_type: 'it is no access token (typ), or one of another --profile',
  token_without_kid: 'it names no key (kid)',
  token_key_unknown: 'the issuer has no such key (kid)',
  token_algorithm: 'its algorithm does not fit the key',
  token_critical_header: 'its header demands what is not understood (crit)',
  token_signature: 'its signature is wrong',
  token_no_expiry: 'it never expires (exp)',
  token_expired: 'it has expired (exp)',
  token_not_yet_valid: 'it is not valid yet (nbf)',
  token_issuer: 'it is from another issuer (iss)',
  token_audience: 'it is for another audience (aud); name that with --audience',
  token_claims: 'its claims are not of the types that RFC 9068 gives them',
};
