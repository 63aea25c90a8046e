import { InsufficientScopeError, InvalidTokenError } from '../errors/catalogue.js';
import type { About } from '../errors/token-error.js';
import { parseJwt, type UnverifiedJwt } from '../jwt/parse.js';
import { faultOf } from '../jwt/verify.js';
import type { VerificationKey } from '../keys/jwk.js';
import type { GuardOptions } from '../options/guard-options.js';
import { profiles } from '../profiles/registry.js';
import { hasClaimTypes, type AccessToken, type AccessTokenHeader, type AccessTokenPayload } from './access-token.js';
import type { VerificationKeys } from './keys.js';
import { LocalKeys } from './local-keys.js';
import { RemoteKeys } from './remote-keys.js';

/**
 * Checks the access token of an `Authorization` header (RFC 6750 §2.1, RFC 9068 §4).
 *
 * Rejects with InvalidTokenError, InsufficientScopeError, or the errors of `VerificationKeys`.
 */
export type VerifyAccessToken = (authorization: string | undefined) => Promise<AccessToken>;

export function accessTokenVerifier(options: GuardOptions): VerifyAccessToken {
  const { keyStore, jwksUri, storeTimeout } = options;
  const keys = keyStore ? new LocalKeys({ keyStore, storeTimeout }) : new RemoteKeys({ jwksUri, storeTimeout });

  return async (authorization) => {
    const jwt = presentedToken(authorization);
    requireType(jwt, options);
    await requireProof(jwt, await namedKey(jwt, keys), options);
    const payload = acceptedClaims(jwt, options);
    requireScopes(payload, options);
    return { header: jwt.header as AccessTokenHeader, payload, token: jwt.token };
  };
}

function presentedToken(authorization = ''): UnverifiedJwt {
  const bearer = /^bearer(?: +(.*))?$/i.exec(authorization);
  if (!bearer) throw new InvalidTokenError({ reason: 'token_missing' });
  const jwt = parseJwt(bearer[1] ?? '');
  if (!jwt) throw new InvalidTokenError({ reason: 'token_malformed' });
  return jwt;
}

/** RFC 9068 §4: other JWTs of the same issuer, such as ID tokens or assertions, are no access tokens. */
function requireType({ header: { typ } }: UnverifiedJwt, { profile }: GuardOptions): void {
  const accepted = profiles[profile].acceptedTokenTypes;
  if (typeof typ !== 'string' || !accepted.includes(typ.toLowerCase())) {
    throw new InvalidTokenError({ reason: 'token_type' });
  }
}

async function namedKey({ header: { kid } }: UnverifiedJwt, keys: VerificationKeys): Promise<VerificationKey> {
  if (typeof kid !== 'string' || kid === '') throw new InvalidTokenError({ reason: 'token_without_kid' });
  const key = await keys.find(kid);
  if (!key) throw new InvalidTokenError({ reason: 'token_key_unknown' });
  return key;
}

async function requireProof(jwt: UnverifiedJwt, key: VerificationKey, options: GuardOptions): Promise<void> {
  const fault = await faultOf(jwt, key, options);
  if (fault === undefined) return;
  // The times are judged behind the signature: such a token is the account's, if at the wrong time.
  const isProven = fault === 'expired' || fault === 'not_yet_valid' || fault === 'no_expiry';
  throw new InvalidTokenError({ reason: `token_${fault}`, about: isProven ? aboutToken(jwt.payload) : {} });
}

function acceptedClaims({ payload }: UnverifiedJwt, { issuer, audience }: GuardOptions): AccessTokenPayload {
  const refusal = (reason: string) => new InvalidTokenError({ reason, about: aboutToken(payload) });
  if (payload.iss !== issuer) throw refusal('token_issuer');
  if (!hasClaimTypes(payload)) throw refusal('token_claims');
  if (![payload.aud].flat().some((each) => audience.includes(each))) throw refusal('token_audience');
  return payload;
}

function requireScopes(payload: AccessTokenPayload, { scopes }: GuardOptions): void {
  const granted = payload.scope?.split(' ') ?? [];
  if (scopes.every((scope) => granted.includes(scope))) return;
  throw new InsufficientScopeError(scopes, { about: aboutToken(payload) });
}

/** Claims of another type than they should have are left out. */
function aboutToken({ sub, client_id, jti }: Record<string, unknown>): About {
  const text = (claim: unknown) => (typeof claim === 'string' ? claim : undefined);
  return { accountId: text(sub), credentialId: text(client_id), jti: text(jti) };
}
