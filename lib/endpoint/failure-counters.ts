import type * as Flexible from 'rate-limiter-flexible';
import { ask } from '../host/ask.js';
import { isObject } from '../values.js';
import type { AttemptBudget, AttemptCount, AttemptLimiter } from '../options/router-options.js';

/** Counts failed attempts by key. */
export interface FailureCounter {
  /** What is counted; null where nothing is. */
  readonly get: (key: string) => Promise<AttemptCount | null> | null;
  /** Counts one more; null where it still fits the budget. */
  readonly add: (key: string) => Promise<AttemptCount | null>;
}

/** Counters that the one in memory keeps at most, of either kind; beyond, the oldest leaves. About 6 MB each. */
const MAX_COUNTERS = 10_000;

/**
 * rate-limiter-flexible's limiter in memory keeps every key that a guesser invents; this one a bounded number. Spent
 * counters are kept apart: ids that are invented can't push them out.
 */
export function memoryCounter({ failures, seconds }: Required<AttemptBudget>): FailureCounter {
  const limiter = new (flexible().RateLimiterMemory)({ points: failures, duration: seconds });
  const counting = new Set<string>();
  const spent = new Set<string>();
  const keep = (kept: Set<string>, key: string): void => {
    kept.delete(key);
    kept.add(key);
    const [oldest] = kept;
    if (kept.size <= MAX_COUNTERS || oldest === undefined) return;
    kept.delete(oldest);
    void limiter.delete(oldest);
  };
  return {
    get: (key) => (counting.has(key) || spent.has(key) ? limiter.get(key) : null),
    async add(key) {
      // Before the first await: guesses that are under way look here once they know that their secret is right.
      if (!spent.has(key)) keep(counting, key);
      const count = await limiter.penalty(key);
      if (count.remainingPoints <= 0 && counting.delete(key)) keep(spent, key);
      return count.consumedPoints > failures ? count : null;
    },
  };
}

/** It loads a driver for each database there is: who only guards routes, or brings a limiter, does without. */
function flexible(): typeof Flexible {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() breaks hosts' jest, which has no modules in its vm
  return require('rate-limiter-flexible') as typeof Flexible;
}

/** Milliseconds: a limiter that is down lets requests through, and must not make each wait for long before. */
const PATIENCE = 500;

/** @param storeTimeout milliseconds */
export function hostCounter(limiter: AttemptLimiter, storeTimeout: number): FailureCounter {
  const timeout = Math.min(storeTimeout, PATIENCE);
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
