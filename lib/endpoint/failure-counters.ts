import { RateLimiterMemory } from 'rate-limiter-flexible';
import { ask } from '../host/ask.js';
import { isObject } from '../options/check.js';
import type { AttemptBudget, AttemptCount, AttemptLimiter } from '../options/router-options.js';

/** Counts failed attempts by key. */
export interface FailureCounter {
  /** What is counted; null where nothing is. */
  readonly get: (key: string) => Promise<AttemptCount | null>;
  /** Counts one more; null where it still fits the budget. */
  readonly add: (key: string) => Promise<AttemptCount | null>;
}

/** Counters that the one in memory keeps at most; beyond, the oldest leaves. About 5 MB. */
const MAX_COUNTERS = 10_000;

/** rate-limiter-flexible's limiter in memory keeps every key that a guesser invents; this one a bounded number. */
export function memoryCounter({ failures, seconds }: Required<AttemptBudget>): FailureCounter {
  const limiter = new RateLimiterMemory({ points: failures, duration: seconds });
  const counted = new Set<string>();
  return {
    get: (key) => limiter.get(key),
    add(key) {
      counted.delete(key);
      counted.add(key);
      const [oldest] = counted;
      if (counted.size > MAX_COUNTERS && oldest !== undefined) {
        counted.delete(oldest);
        void limiter.delete(oldest);
      }
      return consume(limiter, key);
    },
  };
}

/** @param timeout milliseconds */
export function hostCounter(limiter: AttemptLimiter, timeout: number): FailureCounter {
  return {
    async get(key) {
      const count: unknown = await ask('limiter', timeout, () => limiter.get(key));
      if (count === null || isCount(count)) return count;
      throw new TypeError('the limiter returned no count');
    },
    add: (key) => ask('limiter', timeout, () => consume(limiter, key)),
  };
}

/** A limiter rejects with the count where it goes over the budget, and with an error where it is down. */
async function consume(limiter: AttemptLimiter, key: string): Promise<AttemptCount | null> {
  try {
    await limiter.consume(key);
    return null;
  } catch (thrown) {
    if (isCount(thrown)) return thrown;
    throw thrown;
  }
}

function isCount(given: unknown): given is AttemptCount {
  return isObject(given) && typeof given.remainingPoints === 'number' && typeof given.msBeforeNext === 'number';
}
