import { breach } from './breach.js';
import { CallFailure } from './store-calls.js';

/** By name: an adapter may bring a copy of this package of its own. */
type Refusal = 'ConflictError' | 'NotFoundError';

/** Expects that a call is refused with one of these errors. */
export async function refused(call: Promise<unknown>, names: readonly Refusal[], promise: string): Promise<void> {
  const outcome = await refusalOf(call);
  if (outcome === undefined) throw breach(`${promise}: it was not refused`);
  if (isRefusal(outcome.cause, names)) return;
  throw breach(`${promise}: reject with the ${names.join(' or the ')} of this package`, {
    got: outcome.cause,
    cause: outcome.cause,
  });
}

/**
 * Creates rivals for one id at the same moment, and expects that all but one are refused with `ConflictError`.
 *
 * @returns the one that was taken
 */
export async function onlyOne<Item>(
  rivals: readonly Item[],
  create: (rival: Item) => Promise<void>,
  promise: string,
): Promise<Item> {
  const outcomes = await Promise.all(rivals.map((rival) => refusalOf(create(rival))));
  const [taken, ...more] = rivals.filter((_, index) => outcomes[index] === undefined);
  if (taken === undefined || more.length > 0) {
    throw breach(`${promise}: ${taken === undefined ? 'none' : more.length + 1} of ${rivals.length} were taken`);
  }
  for (const outcome of outcomes) {
    if (outcome === undefined || isRefusal(outcome.cause, ['ConflictError'])) continue;
    throw breach(`${promise}, and the others are refused with ConflictError`, { got: outcome.cause, ...outcome });
  }
  return taken;
}

/** What a call was refused with; undefined where it was not. */
async function refusalOf(call: Promise<unknown>): Promise<{ cause: unknown } | undefined> {
  try {
    await call;
    return undefined;
  } catch (thrown) {
    if (thrown instanceof CallFailure) return { cause: thrown.cause };
    throw thrown;
  }
}

function isRefusal(thrown: unknown, names: readonly Refusal[]): boolean {
  return thrown instanceof Error && (names as readonly string[]).includes(thrown.name);
}
