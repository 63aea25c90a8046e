import type { JsonWebKey } from '../keys/json-web-key.js';
import { setTimeout as delay } from 'node:timers/promises';
import { ConflictError, StoreUnavailableError } from '../errors/store-errors.js';
import { notify } from '../host/notify.js';
import type { KeyStore, SigningKey } from '../keys/contract.js';
import { checkValue, text } from '../options/check.js';
import { dialectOf, kyselyInstance, seenAs, type KyselyInstance } from './database.js';
import { tableNames, type Tables } from './schema.js';
import { KeyCipher } from './signing-keys/cipher.js';
import type { SigningKeyEvent } from './signing-keys/events.js';
import { UnreadableKeyError } from './signing-keys/held-keys.js';
import type { KeyRing } from './signing-keys/key-ring.js';
import { listed, type ListedKey } from './signing-keys/listed-key.js';
import {
  readKeyStoreOptions,
  readRotateOptions,
  type KeyStoreSettings,
  type RotateOptions,
  type SqlKeyStoreOptions,
} from './signing-keys/options.js';
import { Repeating } from './signing-keys/repeating.js';
import { NEXT_MOMENT, Rotation } from './signing-keys/rotation.js';
import { SharedKeys } from './signing-keys/shared-keys.js';
import { SigningKeyTable } from './signing-keys/table.js';
import { statements } from './statements.js';

/**
 * Signing keys that all instances on one database share, encrypted there, and rotated by whichever instance sees first
 * that it is time. It signs and publishes from memory, and looks at the table from time to time.
 */
export class SqlKeyStore implements KeyStore {
  private readonly table: SigningKeyTable;
  private readonly keys: SharedKeys;
  private readonly rotation: Rotation;
  private readonly refreshing: Repeating;
  private closed = false;

  private constructor(
    db: KyselyInstance,
    private readonly settings: KeyStoreSettings,
  ) {
    this.table = new SigningKeyTable(
      seenAs<Tables>(db),
      tableNames(settings.tablePrefix).signing_keys,
      statements(db, dialectOf(db)),
    );
    this.keys = new SharedKeys(this.table, new KeyCipher(settings.encryptionKey), settings);
    this.rotation = new Rotation(this.table, this.keys, settings);
    this.refreshing = new Repeating(settings.refreshEvery, () => this.refresh());
  }

  /**
   * Reads the keys, and makes the very first one. `SqlStore.migrate()` makes the table.
   *
   * @param db a Kysely instance on PostgreSQL, MySQL (MariaDB) or SQLite; it stays the host's to destroy
   * @throws TypeError (the promise rejects) for wrong options, Error where the `encryptionKey` does not fit the keys or
   *   the table is missing, StoreUnavailableError
   */
  static async open(db: KyselyInstance, options: SqlKeyStoreOptions): Promise<SqlKeyStore> {
    const settings = readKeyStoreOptions(options);
    const store = new SqlKeyStore(checkValue('SqlKeyStore.open: db', kyselyInstance, db), settings);
    const ring = await store.keys.look();
    refuseUnreadable(ring);
    if (store.rotation.isDue(ring)) {
      await store.rotation.add(ring);
      refuseUnreadable(await store.keys.look());
    }
    store.refreshing.start();
    return store;
  }

  /** The key that signs now. Answered from memory, whatever the database does. */
  signingKey(): Promise<SigningKey> {
    const key = this.keys.ring.signingHere(Date.now())?.held.key;
    return key ? Promise.resolve(key.signer) : Promise.reject(new StoreUnavailableError('no key can sign'));
  }

  /** The key that signs now, those that will, and those whose tokens may not have expired. From memory too. */
  publicKeys(): Promise<JsonWebKey[]> {
    const jwks = this.keys.ring.published(Date.now()).map(({ held }) => held.key?.jwk);
    return Promise.resolve(jwks.filter((jwk) => jwk !== undefined).map((jwk) => ({ ...jwk })));
  }

  /**
   * Makes the key that signs next: it is published at once and signs after `publishAhead`. Where one is waiting already,
   * or another call makes one at the same moment, it is that one.
   *
   * With `immediately` the new key signs at once, or the one that is waiting does.
   *
   * @returns the key, which this instance publishes by then
   * @throws StoreUnavailableError (the promise rejects), TypeError for wrong options, Error where the newest key is
   *   encrypted under another key: an instance that can't read it must not lead the others
   */
  async rotate(options: RotateOptions = {}): Promise<{ kid: string; signsFrom: Date }> {
    const { immediately } = readRotateOptions(options);
    const { kid, signsFrom } = await this.rotation.nextSince(Date.now(), immediately);
    // A call that begins once this one has ended begins when the key signs: see `Rotation`.
    if (immediately) await delay(2 * NEXT_MOMENT);
    return { kid, signsFrom: new Date(signsFrom) };
  }

  /**
   * The keys in the table, from the newest to the oldest. From then on this instance knows them too.
   *
   * @throws StoreUnavailableError (the promise rejects)
   */
  async list(): Promise<ListedKey[]> {
    return listed(await this.keys.look(), Date.now());
  }

  /**
   * Removes a key, so that no token of it verifies any more: for one that leaked, once another signs. Instances learn of
   * it as they do of new keys.
   *
   * @returns whether there was one
   * @throws ConflictError (the promise rejects) for the key that signs, StoreUnavailableError
   */
  async withdraw(kid: string): Promise<boolean> {
    checkValue('SqlKeyStore.withdraw: kid', text, kid);
    const ring = await this.keys.look();
    if (ring.signing(Date.now())?.kid === kid) {
      throw new ConflictError(`the key ${kid} signs: rotate({ immediately: true }) first`);
    }
    const removed = await this.table.remove(kid);
    await this.keys.look();
    return removed;
  }

  /** Looks at the table no more. What is in memory goes on signing and verifying. */
  close(): void {
    this.closed = true;
    this.refreshing.stop();
  }

  private async refresh(): Promise<void> {
    try {
      await this.renew();
    } catch (cause) {
      if (this.closed) return;
      const about = cause instanceof UnreadableKeyError ? { kid: cause.kid } : {};
      notify<SigningKeyEvent>(this.settings.onEvent, { type: 'keys.unavailable', time: new Date(), ...about, cause });
    }
  }

  private async renew(): Promise<void> {
    const ring = await this.keys.look();
    for (const { kid, lastSignedAt } of ring.signedLate()) await this.table.reportSignature(kid, lastSignedAt);
    await this.table.remove(...ring.lapsed(Date.now()).map(({ kid }) => kid));
    if (this.rotation.isDue(ring) && !ring.newest?.held.problem) {
      await this.rotation.add(ring);
      await this.keys.look();
    }
    const problem = ring.problem(Date.now());
    if (problem) throw problem;
  }
}

/** @throws Error */
function refuseUnreadable(ring: KeyRing): void {
  const problem = ring.problem(Date.now());
  if (!problem) return;
  throw new Error(
    `SqlKeyStore.open: option 'encryptionKey' must be the one that the keys are encrypted with: ${problem.message}`,
    { cause: problem },
  );
}
