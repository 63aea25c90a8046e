import { CommanderError } from 'commander';
import { explained, UsageError } from './failure.js';
import type { Io } from './io.js';
import { program } from './program.js';

/**
 * Runs one command line. What it has to say goes to `io.out`; a failure is one line of `io.err`, and nothing of
 * `io.out`.
 *
 * @param argv without the program itself
 * @returns the exit status: 0 done, 1 refused or failed, 2 wrong usage
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    await program(io).parseAsync(argv, { from: 'user' });
    return 0;
  } catch (thrown) {
    // Help and the version, which were asked for.
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    const { status, line } = explained(lacksVerb(thrown) ? verbMissing(argv) : thrown);
    io.err(`frontier-token: ${line}\n`);
    return status;
  }
}

/** Commander would print the whole help as an error. */
function lacksVerb(thrown: unknown): boolean {
  return thrown instanceof CommanderError && thrown.code === 'commander.help';
}

function verbMissing(argv: readonly string[]): UsageError {
  return new UsageError(`a verb is missing; see '${['frontier-token', ...argv, '--help'].join(' ')}'`);
}
