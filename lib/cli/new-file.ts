import { accessSync, closeSync, constants, fsyncSync, lstatSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure, innermost } from './failure.js';

/**
 * Checks that a file can be written and is not there, before what goes into it is made.
 *
 * @throws Failure
 */
export function requireWritable(file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false })) throw new Failure(`${file} is there already; choose another name`);
  try {
    accessSync(dirname(file), constants.W_OK);
  } catch (cause) {
    throw new Failure(`can't write ${file}: ${innermost(cause)}`, { cause });
  }
}

/**
 * Writes a file that only its owner can read, never over another. One that can't be written whole is not left.
 *
 * @throws Failure
 */
export function writePrivate(file: string, content: string): void {
  let opened: number | undefined;
  try {
    opened = openSync(file, 'wx', 0o600);
    writeFileSync(opened, content);
    fsyncSync(opened);
  } catch (cause) {
    if (opened !== undefined) rmSync(file, { force: true });
    throw new Failure(`can't write ${file}: ${innermost(cause)}`, { cause });
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}
