import { sql, type Kysely } from 'kysely';
import { ServiceAccounts } from '../../credentials/service-accounts.js';
import { inTime } from '../../sql/in-time.js';
import type { SqlKeyStoreOptions } from '../../sql/signing-keys/options.js';
import type { SqlKeyStore } from '../../sql/sql-key-store.js';
import { SqlStore } from '../../sql/sql-store.js';
import { statements } from '../../sql/statements.js';
import { DEFAULT_ISSUER } from '../default-issuer.js';
import type { Io } from '../io.js';
import { connect } from './connect.js';
import type { Place } from './place.js';

/** Milliseconds that a database may take to show that it is there, and to take leave. */
const PATIENCE = 1_500;

/** The accounts and keys of a token server, opened. */
export class OpenState {
  readonly store: SqlStore;
  private readonly applied: number[] = [];

  constructor(
    private readonly db: Kysely<unknown>,
    readonly place: Place,
    readonly io: Io,
  ) {
    this.store = new SqlStore(db);
  }

  /** @returns the versions that were applied since this was opened */
  async migrate(): Promise<readonly number[]> {
    this.applied.push(...(await this.store.migrate()));
    return this.applied;
  }

  /** @param issuer whose token route key files name */
  accounts(issuer = DEFAULT_ISSUER): ServiceAccounts {
    return new ServiceAccounts(this.store, { issuer });
  }

  /** The signing keys; to be closed before this is. */
  keyStore(options: Pick<SqlKeyStoreOptions, 'onEvent'> = {}): Promise<SqlKeyStore> {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- most verbs have no use for it
    const { openKeyStore } = require('./key-store.js') as typeof import('./key-store.js');
    return openKeyStore(this.db, this, options);
  }

  /** Whether the database answers now. */
  answers(): Promise<boolean> {
    return within(sql`select 1`.execute(this.db));
  }

  /** A database that is gone keeps no command from its end. */
  async close(): Promise<void> {
    await within(this.db.destroy());
  }
}

/**
 * A state folder is made ready for use; a server's tables are made when its owner says so: see `migrate`.
 *
 * @param silence milliseconds that a statement may take, as for `connect`
 */
export async function openState(place: Place, io: Io, silence?: number): Promise<OpenState> {
  const db = await connect(place, io, silence);
  const state = new OpenState(db, place, io);
  try {
    // At the start, and not when the first client comes.
    if (place.kind === 'mysql') await statements(db, place.kind)(() => Promise.resolve());
    if (place.kind === 'folder') await state.migrate();
    return state;
  } catch (thrown) {
    await state.close();
    throw thrown;
  }
}

/** Whether it succeeds in time. */
function within(work: Promise<unknown>): Promise<boolean> {
  return inTime(PATIENCE, work).then(
    () => true,
    () => false,
  );
}
