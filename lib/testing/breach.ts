import { AssertionError } from 'node:assert';
import { inspect, isDeepStrictEqual, types } from 'node:util';

/** None of node:assert's: with one of those, Node writes what the message says once more. */
const OPERATOR = 'promise';

/**
 * The failure of a rule.
 *
 * @param promise what the store promises, and what to do where it does not keep it
 */
export function breach(promise: string, more: { got?: unknown; expected?: unknown; cause?: unknown } = {}): Error {
  const lines = [
    promise,
    ...('expected' in more ? [`  expected: ${shown(more.expected)}`] : []),
    ...('got' in more ? [`  got:      ${shown(more.got)}`] : []),
  ];
  const error = new AssertionError({
    message: lines.join('\n'),
    ...('expected' in more ? { actual: more.got, expected: more.expected, operator: OPERATOR } : {}),
  });
  return 'cause' in more ? Object.assign(error, { cause: more.cause }) : error;
}

/** Deep and strict, a member that is `undefined` included; dates to the millisecond. */
export function same(got: unknown, expected: unknown, promise: string): void {
  const [ours, theirs] = [plain(expected), plain(got)];
  if (!isDeepStrictEqual(theirs, ours)) throw breach(promise, { got: theirs, expected: ours });
}

/**
 * A copy in plain objects: Jest runs specs in a realm of its own, drivers make objects in another, and prototypes are no
 * part of a promise.
 */
export function plain(value: unknown): unknown {
  if (types.isDate(value)) return new Date(value.getTime());
  if (Array.isArray(value)) return Array.from(value, plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}

/** Dates with their milliseconds, everything in one line, and no text without end. */
export function shown(value: unknown): string {
  return inspect(value, { depth: 6, compact: true, breakLength: Infinity, maxStringLength: 100, maxArrayLength: 20 });
}
