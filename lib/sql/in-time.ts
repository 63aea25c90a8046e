import { StoreUnavailableError } from '../errors/store-errors.js';
import { TimeLimit } from '../host/time-limit.js';

/**
 * What `answer` gives, if that is within `limit` milliseconds: a connection that swallows everything would hold up its
 * caller for a quarter of an hour.
 */
export function inTime<T>(limit: number, answer: Promise<T>): Promise<T> {
  const timeLimit = TimeLimit.of(limit);
  return new Promise<T>((resolve, reject) => {
    const wait = timeLimit.start(() => {
      reject(new StoreUnavailableError(`the database gave no answer within ${limit} ms`));
    });
    answer.then(resolve, reject).finally(() => {
      timeLimit.stop(wait);
    });
  });
}
