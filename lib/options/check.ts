import { types } from 'node:util';
import { describe, hasMethods, isObject, kindOf } from '../values.js';

/** One option's check: returns the value to use, or throws a `Mismatch` that says what is expected. */
export type Check<T> = (given: unknown) => T;

/** A check for each option that exists: one that nobody lists here fails to compile. */
export type Checks<Options> = { [Name in keyof Required<Options>]: Check<unknown> };

/** What the checks leave: options with their defaults, read once. */
export type Checked<C extends Record<string, Check<unknown>>> = { readonly [Name in keyof C]: ReturnType<C[Name]> };

/**
 * Reads options once and checks them.
 *
 * @param where whose options they are, for the message
 * @throws TypeError that names the option, what was given and what is expected
 */
export function checkOptions<C extends Record<string, Check<unknown>>>(
  where: string,
  checks: C,
  options: unknown,
): Checked<C> {
  return withName(where, () => group(checks)(options));
}

/** A check of one value that stands alone, such as a method's argument. */
export function checkValue<T>(where: string, check: Check<T>, given: unknown): T {
  return withName(where, () => check(given));
}

/** What a check throws: what is expected, what it got (in words), and the path to the value at fault. */
export class Mismatch extends Error {
  constructor(
    readonly expected: string,
    readonly got: string,
    readonly path = '',
  ) {
    super(expected);
  }

  below(name: string): Mismatch {
    return new Mismatch(this.expected, this.got, this.path === '' ? name : `${name}.${this.path}`);
  }
}

function withName<T>(where: string, check: () => T): T {
  try {
    return check();
  } catch (thrown) {
    if (!(thrown instanceof Mismatch)) throw thrown;
    const name = thrown.path === '' ? where : `${where}: option '${thrown.path}'`;
    // eslint-disable-next-line preserve-caught-error -- it holds no more than this message says
    throw new TypeError(`${name} must be ${thrown.expected}, but got ${thrown.got}`);
  }
}

/** An object with just these members. Members that are `undefined` count as left out. */
export function group<C extends Record<string, Check<unknown>>>(checks: C): Check<Checked<C>> {
  return (given) => {
    if (!isObject(given)) throw new Mismatch('an object', describe(given));
    for (const name of Object.keys(given)) {
      if (!Object.hasOwn(checks, name)) {
        throw new Mismatch(
          `left out: it is unknown (known: ${Object.keys(checks).join(', ')})`,
          kindOf(given[name]),
          name,
        );
      }
    }
    const entries = Object.entries(checks).map(([name, check]) => {
      try {
        return [name, check(given[name])];
      } catch (thrown) {
        if (!(thrown instanceof Mismatch)) throw thrown;
        throw thrown.below(name);
      }
    });
    return Object.freeze(Object.fromEntries(entries)) as Checked<C>;
  };
}

export function optional<T>(check: Check<T>): Check<T | undefined>;
export function optional<T>(check: Check<T>, fallback: NoInfer<T>): Check<T>;
export function optional<T>(check: Check<T>, fallback?: T): Check<T | undefined> {
  return (given) => (given === undefined ? fallback : check(given));
}

/** `false`, which turns the feature off, or what `check` takes. */
export function orFalse<T>(check: Check<T>): Check<T | false> {
  return (given) => {
    if (given === false) return false;
    try {
      return check(given);
    } catch (thrown) {
      if (thrown instanceof Mismatch && thrown.path === '')
        throw new Mismatch(`${thrown.expected}, or false`, describe(given));
      throw thrown;
    }
  };
}

export function check<T>(expected: string, holds: (given: unknown) => boolean): Check<T> {
  return (given) => {
    if (!holds(given)) throw new Mismatch(expected, describe(given));
    return given as T;
  };
}

export const text = check<string>('a non-empty string', (given) => typeof given === 'string' && given !== '');
export const flag = check<boolean>('true or false', (given) => typeof given === 'boolean');
export const date = check<Date>('a valid Date', (given) => types.isDate(given) && !Number.isNaN(given.getTime()));

export function aFunction<F>(): Check<F> {
  return check<F>('a function', (given) => typeof given === 'function');
}

export function wholeNumber(unit: string, least: number, most: number): Check<number> {
  return check(
    `a whole number of ${unit} from ${least} to ${most}`,
    (given) => Number.isSafeInteger(given) && (given as number) >= least && (given as number) <= most,
  );
}

export function oneOf<const T extends string>(...words: T[]): Check<T> {
  return check(words.map((word) => `'${word}'`).join(' or '), (given) => words.includes(given as T));
}

/** A copy of the array. */
export function listOf<T>(item: Check<T>, expected: string, least = 1): Check<readonly T[]> {
  return (given) => {
    if (!Array.isArray(given) || given.length < least) throw new Mismatch(expected, describe(given));
    return Object.freeze(
      Array.from(given, (each: unknown) => {
        try {
          return item(each);
        } catch (thrown) {
          if (thrown instanceof Mismatch) throw new Mismatch(expected, `an array with ${describe(each)}`);
          throw thrown;
        }
      }),
    );
  };
}

/** An object with these methods, such as a store. It is kept as it is: its methods need their `this`. */
export function objectWith<T>(contract: string, ...methods: (keyof T & string)[]): Check<T> {
  return check(`a ${contract} (an object with ${methods.join('(), ')}())`, (given) => hasMethods(given, methods));
}
