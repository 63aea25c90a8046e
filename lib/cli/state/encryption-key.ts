import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, UsageError } from '../failure.js';
import type { Io } from '../io.js';

const KEY_BYTES = 32;

export const VARIABLE = 'FRONTIER_TOKEN_ENCRYPTION_KEY';
export const FORM = '32 bytes in base64 or hex, as from: openssl rand -base64 32';

/**
 * A database on a server has no file beside it for a key of its own.
 *
 * @throws UsageError
 */
export function requireEncryptionKey({ env }: Io): void {
  if (!env[VARIABLE]) throw new UsageError(`set ${VARIABLE} to ${FORM}`);
}

/** The file in a state folder that holds the key which signing keys are encrypted with. */
export function encryptionKeyFile(folder: string): string {
  return join(folder, 'encryption-key');
}

/** What the file holds; undefined where there is none. */
export function readEncryptionKey(folder: string): string | undefined {
  const file = encryptionKeyFile(folder);
  try {
    // As ssh has it: a key that others can read is none.
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
      throw new Failure(`others can read or change ${file}: make it yours alone with chmod 600`);
    }
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}

/**
 * Gives a state folder a key, unless another process has just done so. The file appears whole: it is written under
 * another name and linked, which never replaces a file.
 *
 * @returns whether this call did
 */
export function makeEncryptionKey(folder: string): boolean {
  const file = encryptionKeyFile(folder);
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    linkSync(draft, file);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw thrown;
  } finally {
    rmSync(draft);
  }
}
