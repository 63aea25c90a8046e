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
  /** Set where the limiter did not answer. */
  uncounted?: boolean;
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

  return async (attempt, authenticate) => {
    const keys = attempt.ids.map((id) => attemptKey(id, attempt.ip));
    const counts = counted(attempt, keys, counter.get);
    if (counts.length > 0) await refuseWhereSpent(attempt, counts);
    const before = failures;
    try {
      const client = await authenticate();
      // Of many guesses at the same moment all were let in before the first had failed.
      if (failures !== before) await refuseWhereSpent(attempt, counted(attempt, keys, counter.get));
      return client;
    } catch (thrown) {
      if (thrown instanceof InvalidClientError || thrown instanceof InvalidGrantError) {
        failures += 1;
        await refuseWhereSpent(attempt, counted(attempt, keys, counter.add));
      }
      throw thrown;
    }
  };
}

/** Asks the limiter, unless it did not answer before; what it rejects with is caught here and now. */
function counted(
  attempt: Attempt,
  keys: readonly string[],
  count: (key: string) => Promise<AttemptCount | null> | null,
): Promise<AttemptCount | null>[] {
  if (attempt.uncounted) return [];
  const unavailable = (thrown: unknown): null => {
    attempt.uncounted = true;
    attempt.onUnavailable(thrown instanceof TokenError ? thrown.cause : thrown);
    return null;
  };
  return keys.flatMap((key) => count(key)?.catch(unavailable) ?? []);
}

async function refuseWhereSpent({ ids }: Attempt, counts: Promise<AttemptCount | null>[]): Promise<void> {
  for (const counting of counts) {
    const count = await counting;
    if (count && count.remainingPoints <= 0) {
      throw new TooManyAttemptsError(count.msBeforeNext, { about: { credentialId: ids[0] } });
    }
  }
}

/** Of one length and alphabet, whatever the client sent: a limiter's database has a width, and others read it. */
function attemptKey(id: string, ip = ''): string {
  return hash('sha256', `${ip} ${id}`, 'base64url');
}
