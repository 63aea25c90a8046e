import { GrpcCode, TokenError, type TokenErrorOptions } from './token-error.js';

/** RFC 6749 §5.2: "The request is missing a required parameter, includes an unsupported parameter value (other than grant type), repeats a parameter, includes multiple credentials, utilizes more than one mechanism for authenticating the client, or is otherwise malformed." */
export class InvalidRequestError extends TokenError {
  readonly status = 400;
  readonly code = GrpcCode.InvalidArgument;
  readonly error = 'invalid_request';

  constructor(
    override readonly field: string,
    message: string,
    options: TokenErrorOptions = {},
  ) {
    super(message, { reason: 'request_malformed', ...options });
  }
}

/** RFC 6749 §5.2: "The authorization grant type is not supported by the authorization server." */
export class UnsupportedGrantTypeError extends TokenError {
  readonly status = 400;
  readonly code = GrpcCode.InvalidArgument;
  readonly error = 'unsupported_grant_type';
  override readonly field = 'grant_type';

  constructor() {
    super('this grant type is not supported', { reason: 'grant_type_unknown' });
  }
}

/** RFC 6749 §5.2: "The requested scope is invalid, unknown, malformed, or exceeds the scope granted by the resource owner." */
export class InvalidScopeError extends TokenError {
  readonly status = 400;
  readonly code = GrpcCode.InvalidArgument;
  readonly error = 'invalid_scope';
  override readonly field = 'scope';

  constructor(reason: 'scope_malformed' | 'scope_not_allowed', options: TokenErrorOptions = {}) {
    super('the requested scope is malformed or not allowed', { reason, ...options });
  }
}

/** An assertion that is no JWT (RFC 7519 §7.2): nothing in it could be checked. */
export class MalformedAssertionError extends TokenError {
  readonly status = 400;
  readonly code = GrpcCode.InvalidArgument;
  readonly error = 'invalid_grant';
  override readonly field = 'assertion';

  constructor() {
    super('the assertion is not a JWT', { reason: 'assertion_malformed' });
  }
}

/** RFC 6749 §5.2: "Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method)." */
export class InvalidClientError extends TokenError {
  readonly status = 401;
  readonly code = GrpcCode.Unauthenticated;
  readonly error = 'invalid_client';

  constructor(options: TokenErrorOptions & { reason: string }) {
    super('client authentication failed', options);
  }
}

/** RFC 7523 §3.1: "If the JWT is not valid, or the current time is not within the token's valid time window for use, the authorization server constructs an error response as defined in OAuth 2.0." */
export class InvalidGrantError extends TokenError {
  readonly status = 401;
  readonly code = GrpcCode.Unauthenticated;
  readonly error = 'invalid_grant';

  constructor(options: TokenErrorOptions & { reason: string }) {
    super('the assertion was not accepted', options);
  }
}

/** RFC 6749 §5.2: "The authenticated client is not authorized to use this authorization grant type." */
export class UnauthorizedClientError extends TokenError {
  readonly status = 403;
  readonly code = GrpcCode.PermissionDenied;
  readonly error = 'unauthorized_client';

  constructor(options: TokenErrorOptions & { reason: string }) {
    super('the client is not authorized', options);
  }
}

/** A credential that was proven, of an account that is gone. */
export class AccountGoneError extends TokenError {
  readonly status = 404;
  readonly code = GrpcCode.NotFound;
  readonly error = 'invalid_client';

  constructor(options: TokenErrorOptions = {}) {
    super('the account of this credential does not exist', { reason: 'account_gone', ...options });
  }
}

/** RFC 9110 §15.5.6: the method is "known by the origin server but not supported by the target resource". */
export class MethodNotAllowedError extends TokenError {
  readonly status = 405;
  readonly code = GrpcCode.Unimplemented;
  readonly error = 'invalid_request';
  override readonly headers: Readonly<Record<string, string>>;

  constructor(allow: string) {
    super('this method is not allowed here', { reason: 'method_not_allowed' });
    this.headers = { Allow: allow };
  }
}

/** RFC 9110 §15.5.14: "the request content is larger than the server is willing or able to process". */
export class BodyTooLargeError extends TokenError {
  readonly status = 413;
  readonly code = GrpcCode.InvalidArgument;
  readonly error = 'invalid_request';

  constructor() {
    super('the request body is too large', { reason: 'body_too_large' });
  }
}

/** RFC 9110 §15.5.16: the content "is in a format not supported by this method on the target resource". */
export class UnsupportedMediaTypeError extends TokenError {
  readonly status = 415;
  readonly code = GrpcCode.InvalidArgument;
  readonly error = 'invalid_request';

  constructor(reason: 'media_type_unsupported' | 'body_compressed') {
    super('send application/x-www-form-urlencoded or application/json, in UTF-8 and not compressed', { reason });
  }
}

/** RFC 6585 §4: "the user has sent too many requests in a given amount of time". */
export class TooManyAttemptsError extends TokenError {
  readonly status = 429;
  readonly code = GrpcCode.ResourceExhausted;
  readonly error = 'slow_down';
  override readonly headers: Readonly<Record<string, string>>;

  /** @param retryAfterMs a limiter's: whatever it is, the header is a whole number of seconds, of a day at most */
  constructor(retryAfterMs: number, options: TokenErrorOptions = {}) {
    super('too many failed attempts', { reason: 'too_many_attempts', ...options });
    this.headers = { 'Retry-After': String(Math.min(Math.max(1, Math.ceil(retryAfterMs / 1000)) || 1, 86_400)) };
  }
}

/** RFC 6749 §4.1.2.1: "The authorization server encountered an unexpected condition that prevented it from fulfilling the request." */
export class ServerError extends TokenError {
  readonly status = 500;
  readonly code = GrpcCode.Internal;
  readonly error = 'server_error';

  constructor(options: TokenErrorOptions & { reason: string }) {
    super('internal error', options);
  }
}

/** RFC 6749 §4.1.2.1: "The authorization server is currently unable to handle the request due to a temporary overloading or maintenance of the server." */
export class TemporarilyUnavailableError extends TokenError {
  readonly status = 503;
  readonly code = GrpcCode.Unavailable;
  readonly error = 'temporarily_unavailable';
  override readonly headers = { 'Retry-After': '5' };

  constructor(options: TokenErrorOptions & { reason: string }) {
    super('temporarily unavailable, try again later', options);
  }
}

/** RFC 6750 §3.1: "The access token provided is expired, revoked, malformed, or invalid for other reasons." */
export class InvalidTokenError extends TokenError {
  readonly status = 401;
  readonly code = GrpcCode.Unauthenticated;
  readonly error = 'invalid_token';

  constructor(options: TokenErrorOptions & { reason: string }) {
    super('the access token is missing or not valid', options);
  }
}

/** RFC 6750 §3.1: "The request requires higher privileges than provided by the access token." */
export class InsufficientScopeError extends TokenError {
  readonly status = 403;
  readonly code = GrpcCode.PermissionDenied;
  readonly error = 'insufficient_scope';

  constructor(
    /** The scopes that the route needs. */
    readonly needed: readonly string[],
    options: TokenErrorOptions = {},
  ) {
    super('the access token lacks a needed scope', { reason: 'scope_missing', ...options });
  }
}
