import { TemporarilyUnavailableError } from '../errors/catalogue.js';

/** Of libuv's four threads, which sign too: however many guesses come in, signatures keep two. */
const AT_ONCE = 2;

let running = 0;
/** Those who wait, in order. A set: one who has waited too long leaves from the middle. */
const queue = new Set<() => void>();

/**
 * Runs a slow secret check when it is its turn: at most two run at once in a process. What `run` starts must end, since
 * its place is free only then.
 *
 * @param wait milliseconds to wait for its turn at most; undefined: as long as it takes
 * @throws TemporarilyUnavailableError where the turn did not come in time; `run` is not called then
 */
export async function slowCheck<T>(wait: number | undefined, run: () => Promise<T>): Promise<T> {
  if (running < AT_ONCE) running += 1;
  else await turn(wait);
  try {
    return await run();
  } finally {
    leave();
  }
}

function turn(wait: number | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const enter = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const giveUp = (): void => {
      queue.delete(enter);
      reject(new TemporarilyUnavailableError({ reason: 'secret_check_timeout' }));
    };
    const timer = wait === undefined ? undefined : setTimeout(giveUp, wait);
    queue.add(enter);
  });
}

/** The place goes to the first in the queue, without a moment in which a newcomer could take it. */
function leave(): void {
  const [next] = queue;
  if (next === undefined) {
    running -= 1;
  } else {
    queue.delete(next);
    next();
  }
}
