import { ServerError } from './catalogue.js';
import { TokenError } from './token-error.js';

/** What was thrown, as an error that can be answered: whatever is none of ours is a bug, and 500. */
export function asTokenError(thrown: unknown): TokenError {
  return thrown instanceof TokenError ? thrown : new ServerError({ reason: 'internal', cause: thrown });
}
