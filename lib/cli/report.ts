import type { Command } from 'commander';
import type { Io } from './io.js';
import { json } from './text.js';

/** What a verb found or did, for programs and for people. */
export interface Report {
  /** One JSON document. */
  json: unknown;
  /** The same, short and aligned. It ends with a line end. */
  text: string;
}

/** The action of a verb: it prints nothing before all is done, so that a failure leaves standard output empty. */
export function reporting<Arguments extends unknown[]>(
  io: Io,
  work: (...given: Arguments) => Promise<Report>,
): (...given: Arguments) => Promise<void> {
  return async (...given) => {
    print(io, given.at(-1) as Command, await work(...given));
  };
}

export function print(io: Io, command: Command, report: Report): void {
  for (const note of io.notes.splice(0)) io.err(`frontier-token: ${note}\n`);
  io.out(command.opts<{ json?: true }>().json ? json(report.json) : report.text);
}
