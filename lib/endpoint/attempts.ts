import { hash } from 'node:crypto';
import { InvalidClientError, InvalidGrantError, TooManyAttemptsError } from '../errors/catalogue.js';
import type { AttemptCount } from '../options/router-options.js';
import { TokenError } from '../errors/token-error.js';
import { hostCounter, memoryCounter } from './failure-counters.js';
import type { RouterSettings } from './settings.js';

/** Whose attempt it is. */
export interface Attempt {
  ids: readonly string[];
  ip: string | undefined;
  /** Told once where the limiter does not answer, and why: the attempt goes on uncounted. */
  onUnavailable: (cause: unknown) => void;
}

export type GuardAttempt = <T>(attempt: Attempt, authenticate: () => Promise<T>) => Promise<T>;

/**
 * Limits guessing: failed authentications are counted by id and IP; where the budget is spent, the right secret is
 * refused too.
 */
export function attemptGuard({ rateLimit, storeTimeout }: RouterSettings): GuardAttempt {
  if (rateLimit === false) return (_attempt, authenticate) => authenticate();
  const counter = 'limiter' in rateLimit ? hostCounter(rateLimit.limiter, storeTimeout) : memoryCounter(rateLimit);
  /** Failures counted so far, of all clients. */
  let failures = 0;

  return async ({ ids, ip, onUnavailable }, authenticate) => {
    const keys = ids.map((id) => attemptKey(id, ip));
    const limiter = { isUp: true };
    const unavailable = (thrown: unknown): null => {
      limiter.isUp = false;
      onUnavailable(thrown instanceof TokenError ? thrown.cause : thrown);
      return null;
    };
    const refuseWhereSpent = async (count: (key: string) => Promise<AttemptCount | null> | null): Promise<void> => {
      if (!limiter.isUp) return;
      for (const counting of keys.map((key) => count(key)?.catch(unavailable))) {
        const counted = await counting;
        if (counted && counted.remainingPoints <= 0) {
          throw new TooManyAttemptsError(counted.msBeforeNext, { about: { credentialId: ids[0] } });
        }
      }
    };

    await refuseWhereSpent(counter.get);
    const before = failures;
    try {
      const client = await authenticate();
      // Of many guesses at the same moment all were let in before the first had failed.
      if (failures !== before) await refuseWhereSpent(counter.get);
      return client;
    } catch (thrown) {
      if (thrown instanceof InvalidClientError || thrown instanceof InvalidGrantError) {
        failures += 1;
        await refuseWhereSpent(counter.add);
      }
      throw thrown;
    }
  };
}

/** Of one length and alphabet, whatever the client sent: a limiter's database has a width, and others read it. */
function attemptKey(id: string, ip = ''): string {
  return hash('sha256', `${ip} ${id}`, 'base64url');
}
