import { asTokenError } from '../errors/as-token-error.js';
import { AccountGoneError, InvalidClientError } from '../errors/catalogue.js';
import type { TokenError } from '../errors/token-error.js';

/** What passport gives a strategy to report with. */
export interface Reporter {
  success(user: object, info?: object): void;
  fail(challenge: string, status: number): void;
  error(error: unknown): void;
}

/** What a strategy found out: `req.user`, and `req.authInfo` beside it. */
export interface Outcome {
  user: object;
  info?: object;
}

/**
 * Reports what became of a request to passport. It drops the promise that `authenticate` returns, so that nothing
 * may reject here.
 *
 * @param challenge the `WWW-Authenticate` value of a refusal
 * @param asErrors report refusals through `error` too, whole: `fail` has no room for more than a challenge and a status
 */
export function settle(
  strategy: Reporter,
  outcome: Promise<Outcome>,
  challenge: (error: TokenError) => string,
  asErrors = false,
): void {
  outcome
    .then(
      ({ user, info }) => {
        strategy.success(user, info);
      },
      (thrown: unknown) => {
        const error = asTokenError(thrown);
        if (asErrors || error.status >= 500) strategy.error(error);
        else strategy.fail(challenge(error), failStatus(error));
      },
    )
    // The host's callback may throw, or the strategy that is next in line.
    .catch((thrown: unknown) => {
      strategy.error(thrown);
    });
}

/** The token route's statuses, but those that mean nothing on a host's own routes. */
function failStatus(error: TokenError): number {
  if (error instanceof AccountGoneError) return 401;
  const unread = ['credentials_missing', 'credentials_unreadable'].includes(error.reason);
  return error instanceof InvalidClientError && unread ? 400 : error.status;
}
