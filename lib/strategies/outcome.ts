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
    // The host's callback may throw, or the strategy that is next in line: on the event loop that would end the process.
    .catch((thrown: unknown) => {
      strategy.error(thrown);
    })
    .catch(() => undefined);
}

/** 401, 403, or 400 for what is missing or malformed: the token route's other statuses mean nothing on a host's route. */
function failStatus(error: TokenError): number {
  const unread = ['credentials_missing', 'credentials_unreadable'].includes(error.reason);
  if (error instanceof InvalidClientError && unread) return 400;
  if (error instanceof AccountGoneError) return 401;
  return error.status === 401 || error.status === 403 ? error.status : 400;
}
