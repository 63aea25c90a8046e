/**
 * What happened to a request, for an audit log: exactly one for each request to the token route, and one for each
 * request that `requireAccessToken` refused. It never holds a secret, an assertion, a token or a hash. Text that came
 * from a client is cut at 256 characters.
 */
export interface TokenEvent {
  /** `token.denied`: the client's fault (status below 500). `token.failed`: the host's. */
  type: 'token.issued' | 'token.denied' | 'token.failed';
  time: Date;
  durationMs: number;
  /** Express's `req.ip`: behind a proxy the host sets `trust proxy`. */
  ip?: string;
  /** HTTP status of the answer. */
  status: number;
  grantType?: string;
  accountId?: string;
  /** The client id of a secret, or the `kid` of a key. */
  credentialId?: string;
  /** "jti" (JWT ID) of the access token. */
  jti?: string;
  scopes?: string[];
  /** OAuth error code of the answer. */
  error?: string;
  /** Why exactly: `secret_mismatch`, `client_unknown`, `assertion_expired`, `token_signature`, … */
  reason?: string;
  /** What a store, key, hook or limiter threw. */
  cause?: unknown;
  /** The rate limiter was down, and let this request through. */
  limiter?: 'unavailable';
}
