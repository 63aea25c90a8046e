import { AssertionError } from 'node:assert';
import { types } from 'node:util';
import { breach, shown } from './breach.js';
import { CallFailure } from './store-calls.js';

/** One promise of a contract as a test of any runner: `it(title, run)`. */
export interface ContractRule {
  /** What is promised. */
  readonly title: string;
  /** Takes no argument. Rejects with an `AssertionError` that says which promise is broken, and what to do. */
  readonly run: () => Promise<void>;
}

/** A promise, and how a subject (a store, or the way to one) is put to the test. `check` throws where it is broken. */
export interface Rule<Subject> {
  readonly title: string;
  readonly check: (subject: Subject) => Promise<void>;
}

/** @param begin makes what is put to the test, anew for each rule */
export function contractRules<Subject>(
  rules: readonly Rule<Subject>[],
  begin: () => Subject | Promise<Subject>,
): readonly ContractRule[] {
  return rules.map(({ title, check }) => ({
    title,
    run: async () => {
      try {
        await check(await begin());
      } catch (thrown) {
        throw asBreach(title, thrown);
      }
    },
  }));
}

function asBreach(title: string, thrown: unknown): Error {
  if (thrown instanceof AssertionError) return thrown;
  const { cause, who } =
    thrown instanceof CallFailure
      ? { cause: thrown.cause, who: `${thrown.whose} failed with ` }
      : { cause: thrown, who: '' };
  return breach(`${title}: ${who}${types.isNativeError(cause) ? `${cause.name}: ${cause.message}` : shown(cause)}`, {
    cause,
  });
}
