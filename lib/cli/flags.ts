import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { algorithmNames } from '../jwa/algorithms.js';
import { isScopeToken } from '../scopes/scope.js';
import { Mismatch, oneOf, text, type Check } from '../options/check.js';

/** The flags of every verb that works on the accounts and keys of a token server. */
export interface StateFlags {
  database?: string;
  data?: string;
}

export function withStateFlags(command: Command): Command {
  return withJsonFlag(
    command
      .option('--database <url>', 'postgres:// or mysql://; or FRONTIER_TOKEN_DATABASE')
      .option('--data <dir>', 'SQLite in a folder; default: ./frontier-token-data'),
  );
}

export function withJsonFlag(command: Command): Command {
  return command.option('--json', 'print one JSON document');
}

export interface CredentialFlags {
  title?: string;
  expires?: Date;
}

export function withCredentialFlags(command: Command): Command {
  return command
    .option('--title <title>', 'what it is for', checked(text))
    .option('--expires <date>', 'from then on it is refused; default: never', moment);
}

export function accountArgument(): Argument {
  return new Argument('<account>', 'its id').argParser(checked(text));
}

/** A flag's value, held to the check that the same option has in code. */
export function checked<T extends string>(check: Check<T>): (given: string) => T {
  return (given) => {
    try {
      return check(given);
    } catch (thrown) {
      if (thrown instanceof Mismatch) throw new InvalidArgumentError(`It must be ${thrown.expected}.`);
      throw thrown;
    }
  };
}

/** A flag that may be repeated: `--scope a --scope b`, or `--scope 'a b'` as OAuth writes it. */
export function scopes(given: string, before: readonly string[] = []): readonly string[] {
  const named = given.split(' ').filter((word) => word !== '');
  if (named.length === 0 || !named.every(isScopeToken)) {
    throw new InvalidArgumentError('A scope is printable ASCII without space, quote and backslash.');
  }
  return [...before, ...named];
}

export function algFlag(otherwise: string): Option {
  return new Option('--alg <alg>', `RS256 to ES512; default: ${otherwise}`).argParser(
    checked(oneOf(...algorithmNames)),
  );
}

export function wholeNumber(most: number): (given: string) => number {
  return (given) => {
    if (/^\d{1,9}$/.test(given) && Number(given) <= most) return Number(given);
    throw new InvalidArgumentError(`It must be a whole number from 0 to ${most}.`);
  };
}

/** A day (its start, UTC) or a moment, ISO 8601. */
export function moment(given: string): Date {
  const [, day = ''] = /^(\d{4}-\d\d-\d\d)(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?$/.exec(given) ?? [];
  const date = new Date(isDay(day) ? given : NaN);
  if (Number.isNaN(date.getTime()))
    throw new InvalidArgumentError("It must be as '2030-01-31' or '2030-01-31T12:00:00Z'.");
  return date;
}

/** JavaScript takes the 31st of February for a day of March. */
function isDay(day: string): boolean {
  const date = new Date(day);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
