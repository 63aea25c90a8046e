import { ServerError, TemporarilyUnavailableError } from './catalogue.js';
import { ConflictError, NotFoundError, StoreUnavailableError } from './store-errors.js';
import { TokenError } from './token-error.js';

/**
 * What was thrown, as an error that can be answered: whatever is none of ours is a bug, and 500. The messages of
 * StoreUnavailableError, ConflictError and NotFoundError are the operator's: `ask` keeps them from the client, but a
 * getter of what a store gave throws outside of it.
 */
export function asTokenError(thrown: unknown): TokenError {
  if (thrown instanceof StoreUnavailableError) {
    return new TemporarilyUnavailableError({ reason: thrown.reason, cause: thrown });
  }
  if (thrown instanceof ConflictError || thrown instanceof NotFoundError) {
    return new ServerError({ reason: 'internal', cause: thrown });
  }
  return thrown instanceof TokenError ? thrown : new ServerError({ reason: 'internal', cause: thrown });
}
