/** A JOSE header of a verified access token (RFC 9068 §2.1). */
export interface AccessTokenHeader {
  alg: string;
  kid: string;
  typ: string;
  [member: string]: unknown;
}

/** The claims of a verified access token (RFC 9068 §2.2), and the host's own. Times are seconds since 1970. */
export interface AccessTokenPayload {
  /** "iss" (Issuer) Claim. */
  iss: string;
  /** "sub" (Subject) Claim: the service account. */
  sub: string;
  /** "aud" (Audience) Claim. */
  aud: string | string[];
  /** "exp" (Expiration Time) Claim. */
  exp: number;
  /** "nbf" (Not Before) Claim. */
  nbf?: number;
  /** "iat" (Issued At) Claim. */
  iat?: number;
  /** "jti" (JWT ID) Claim. */
  jti?: string;
  /** "client_id" (Client Identifier) Claim (RFC 8693 §4.3): the credential that was used. */
  client_id?: string;
  /** "scope" (Scopes) Claim (RFC 8693 §4.2): separated by spaces. */
  scope?: string;
  [claim: string]: unknown;
}

/** An access token that was verified: `req.auth` behind `requireAccessToken`, `req.user` of `AccessTokenStrategy`. */
export interface AccessToken {
  header: AccessTokenHeader;
  payload: AccessTokenPayload;
  /** As it was sent. */
  token: string;
}

/** Whether claims have the types that the RFCs give them: code behind a guard relies on these. */
export function hasClaimTypes(payload: Record<string, unknown>): payload is AccessTokenPayload {
  const { iss, sub, aud, exp, nbf, iat, jti, client_id, scope } = payload;
  const given = (claim: unknown) => claim !== undefined;
  return (
    [iss, sub, ...[aud].flat(), ...[jti, client_id, scope].filter(given)].every((claim) => typeof claim === 'string') &&
    [exp, ...[nbf, iat].filter(given)].every(Number.isFinite)
  );
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- how Express's own types are extended
  namespace Express {
    interface Request {
      /** Set by `requireAccessToken`. */
      auth?: AccessToken;
    }
  }
}
