import { CommanderError } from 'commander';
import { ConflictError, NotFoundError, StoreUnavailableError } from '../errors/store-errors.js';
import { isMissingTable } from '../sql/failures.js';
import { isObject } from '../values.js';
import { oneLine } from './text.js';

/** What the command could not do; the message says why, and what to do. */
export class Failure extends Error {
  readonly status: 1 | 2 = 1;
}

/** The command was called wrongly; the message says how to call it. */
export class UsageError extends Failure {
  override readonly status = 2;
}

/** What a failure means for whoever ran the command: an exit status, and one line that says what to do. */
export function explained(thrown: unknown): { status: 1 | 2; line: string } {
  if (thrown instanceof CommanderError) return { status: 2, line: oneLine(misuse(thrown)) };
  if (thrown instanceof Failure) return { status: thrown.status, line: oneLine(thrown.message) };
  return { status: 1, line: oneLine(story(thrown)) };
}

function story(thrown: unknown): string {
  if (thrown instanceof StoreUnavailableError) return `the database can't be reached: ${innermost(thrown)}`;
  if (thrown instanceof NotFoundError) return `${thrown.message}; 'frontier-token accounts list' shows what there is`;
  if (thrown instanceof ConflictError) return `${thrown.message}; choose another`;
  if (isMissingTable(thrown) || isMissingTable((thrown as Error | undefined)?.cause)) {
    return "the database lacks a table; 'frontier-token migrate' makes it";
  }
  return innermost(thrown);
}

/** Commander's own words. A value that stands after a `=` may be a secret that was meant for another place. */
function misuse({ code, message }: CommanderError): string {
  const text = message.replace(/^error: /, '');
  return code === 'commander.unknownOption' ? text.replace(/=[^']*'/, "'") : text;
}

/**
 * What was wrong at the bottom of it: `fetch` and the drivers wrap that in errors that say less. By shape: Jest and
 * such give hosts an `Error` of their own.
 */
export function innermost(thrown: unknown): string {
  if (!isObject(thrown)) return String(thrown);
  const { cause, errors, message, name } = thrown;
  if (isObject(cause)) return innermost(cause);
  // Several addresses of one host were tried.
  if (Array.isArray(errors) && errors.length > 0) return innermost(errors[0]);
  return String(message === '' ? name : message);
}
