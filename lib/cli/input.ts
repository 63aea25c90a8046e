import { readFileSync } from 'node:fs';
import { Failure, innermost, UsageError } from './failure.js';
import type { Io } from './io.js';

/**
 * What was piped in, without the line end that `echo` adds.
 *
 * @param otherwise what to do where nothing was
 */
export async function pipedIn({ readInput }: Io, otherwise: string): Promise<string> {
  const input = (await readInput())?.replace(/\r?\n$/, '');
  if (input === undefined || input === '') throw new UsageError(otherwise);
  return input;
}

export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Failure(`can't read ${file}: ${innermost(cause)}`, { cause });
  }
}
