import { GrpcCode, TokenError } from './token-error.js';

/**
 * What a store, key store, replay store or hook rejects with when it can't answer now: the client gets 503 with
 * `Retry-After`. The message and the cause are the operator's; neither reaches the client.
 */
export class StoreUnavailableError extends TokenError {
  readonly status = 503;
  readonly code = GrpcCode.Unavailable;
  readonly error = 'temporarily_unavailable';

  constructor(message = 'the store is unavailable', options: ErrorOptions = {}) {
    super(message, { reason: 'store_unavailable', ...options });
  }
}

/** What a writable store rejects with where an id is taken. */
export class ConflictError extends TokenError {
  readonly status = 409;
  readonly code = GrpcCode.AlreadyExists;
  readonly error = 'invalid_request';

  constructor(message = 'the id is taken', options: ErrorOptions = {}) {
    super(message, { reason: 'conflict', ...options });
  }
}

/** What a writable store rejects with where the account that a credential is for does not exist. */
export class NotFoundError extends TokenError {
  readonly status = 404;
  readonly code = GrpcCode.NotFound;
  readonly error = 'invalid_request';

  constructor(message = 'not found', options: ErrorOptions = {}) {
    super(message, { reason: 'not_found', ...options });
  }
}
