import { closeSync, lstatSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, innermost } from '../failure.js';
import type { Io } from '../io.js';
import { encryptionKeyFile, makeEncryptionKey } from './encryption-key.js';

/** The SQLite file in a state folder. */
export function databaseFile(folder: string): string {
  return join(folder, 'frontier-token.db');
}

/**
 * Makes what is missing of a state folder, for its owner alone: the folder, its database file, and with a new folder
 * the key that signing keys are encrypted with, unless the environment has that.
 */
export function prepareFolder(folder: string, io: Io): void {
  const made = explaining(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  if (made !== undefined && !io.env.FRONTIER_TOKEN_ENCRYPTION_KEY) announceKey(folder, io);
  explaining(folder, () => {
    makeEmpty(databaseFile(folder));
  });
  if (lstatSync(databaseFile(folder)).isSymbolicLink()) {
    throw new Failure(`${databaseFile(folder)} is a symbolic link: put the file itself there, or name its folder`);
  }
}

/** Makes the key, where no other process just did. */
export function announceKey(folder: string, io: Io): void {
  if (!explaining(folder, () => makeEncryptionKey(folder))) return;
  io.notes.push(`made ${encryptionKeyFile(folder)}; without it the signing keys are lost, so keep a copy`);
}

function explaining<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new Failure(`can't use the folder ${folder}: ${innermost(cause)}`, { cause });
  }
}

/** Opens none that is there: to close it would end the locks that this process has on it. */
function makeEmpty(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
  }
}
