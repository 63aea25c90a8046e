import type { Kysely } from 'kysely';
import { Mismatch } from '../../options/check.js';
import { reaching } from '../../sql/failures.js';
import { DEFAULT_PREFIX, tableNames, type Tables } from '../../sql/schema.js';
import { encryptionKeys } from '../../sql/signing-keys/encryption-key.js';
import { UnreadableKeyError } from '../../sql/signing-keys/held-keys.js';
import type { SqlKeyStoreOptions } from '../../sql/signing-keys/options.js';
import { SqlKeyStore } from '../../sql/sql-key-store.js';
import { Failure, UsageError } from '../failure.js';
import type { Io } from '../io.js';
import { encryptionKeyFile, FORM, readEncryptionKey, VARIABLE } from './encryption-key.js';
import { announceKey } from './folder.js';
import type { Place } from './place.js';

/** The signing keys of a place, opened with the key that they are encrypted with. */
export async function openKeyStore(
  db: Kysely<unknown>,
  { place, io }: { place: Place; io: Io },
  options: Pick<SqlKeyStoreOptions, 'onEvent'>,
): Promise<SqlKeyStore> {
  const { text, source } = await keyText(db, place, io);
  // Several where it is being changed: the first encrypts.
  const encryptionKey = text.split(/[\s,]+/).filter((each) => each !== '');
  requireKeys(encryptionKey, source);
  try {
    return await SqlKeyStore.open(db, { ...options, encryptionKey });
  } catch (thrown) {
    if (!((thrown as Error).cause instanceof UnreadableKeyError)) throw thrown;
    throw new Failure(`the key in ${source} is not the one that the signing keys are encrypted with`, {
      cause: thrown,
    });
  }
}

async function keyText(db: Kysely<unknown>, place: Place, io: Io): Promise<{ text: string; source: string }> {
  const text = io.env[VARIABLE];
  if (text || place.kind !== 'folder') return { text: text ?? '', source: VARIABLE };
  const source = encryptionKeyFile(place.folder);
  const kept = readEncryptionKey(place.folder);
  if (kept !== undefined) return { text: kept, source };
  if (await hasSigningKeys(db)) throw new Failure(`${source} is gone: put it back, or set ${VARIABLE} to what it held`);
  announceKey(place.folder, io);
  return { text: readEncryptionKey(place.folder) ?? '', source };
}

async function hasSigningKeys(db: Kysely<unknown>): Promise<boolean> {
  const { signing_keys } = tableNames(DEFAULT_PREFIX);
  const query = (db as Kysely<Tables>).selectFrom(signing_keys).select('kid').limit(1);
  return (await reaching(() => query.execute())).length > 0;
}

function requireKeys(keys: readonly string[], source: string): void {
  try {
    encryptionKeys(keys);
  } catch (thrown) {
    if (!(thrown instanceof Mismatch)) throw thrown;
    const message = `${source} must hold ${FORM}`;
    throw source === VARIABLE ? new UsageError(message) : new Failure(message);
  }
}
