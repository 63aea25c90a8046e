import { ServerError, TemporarilyUnavailableError } from '../errors/catalogue.js';
import { StoreUnavailableError } from '../errors/store-errors.js';
import { TimeLimit } from './time-limit.js';

/** Whose code is asked: names the operator's reason, `credential_store_timeout`, `claims_failed`, … */
export type Seam =
  | 'credential_store'
  | 'key_store'
  | 'signing_key'
  | 'signature'
  | 'replay_store'
  | 'limiter'
  | 'verify_secret'
  | 'authorize'
  | 'claims'
  | 'jwks';

/**
 * Calls code of the host's and waits for it no longer than `timeout` milliseconds.
 *
 * Whatever it throws becomes a fresh error of ours with the host's as `cause`, so that neither its message nor a
 * `status` property of it can reach the client: `StoreUnavailableError` and silence are 503, all else is 500.
 *
 * @throws TemporarilyUnavailableError, ServerError
 */
export function ask<T>(seam: Seam, timeout: number, call: () => T | PromiseLike<T>): Promise<T> {
  const limit = TimeLimit.of(timeout);
  return new Promise<T>((resolve, reject) => {
    const wait = limit.start(() => {
      const cause = new StoreUnavailableError(`no answer within ${timeout} ms`);
      reject(new TemporarilyUnavailableError({ reason: `${seam}_timeout`, cause }));
    });
    const refuse = (cause: unknown): void => {
      limit.stop(wait);
      reject(
        isUnavailable(cause)
          ? new TemporarilyUnavailableError({ reason: `${seam}_unavailable`, cause })
          : new ServerError({ reason: `${seam}_failed`, cause }),
      );
    };
    try {
      Promise.resolve(call()).then((answer) => {
        limit.stop(wait);
        resolve(answer);
      }, refuse);
    } catch (thrown) {
      refuse(thrown);
    }
  });
}

/** By name too: an adapter package may bring a copy of this package of its own. */
function isUnavailable(thrown: unknown): boolean {
  const { name } = StoreUnavailableError;
  try {
    return thrown instanceof StoreUnavailableError || (thrown instanceof Error && thrown.name === name);
  } catch {
    // Whatever was thrown: it may be a proxy, or have a getter that throws.
    return false;
  }
}
