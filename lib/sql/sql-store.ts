import { sql, type Kysely } from 'kysely';
import type {
  AccountChanges,
  Credential,
  CredentialChanges,
  FoundCredential,
  ServiceAccount,
  ServiceAccountStore,
} from '../credentials/contract.js';
import { ConflictError, NotFoundError } from '../errors/store-errors.js';
import { checkOptions, checkValue, optional, type Checks } from '../options/check.js';
import type { ReplayStore } from '../replay/contract.js';
import { ClaimsSweep } from './claims-sweep.js';
import { takeClaim } from './claims.js';
import { dialectOf, kyselyInstance, seenAs, type Dialect, type KyselyInstance } from './database.js';
import { isDuplicate, isOrphan } from './failures.js';
import { credentialFinder } from './find-credential.js';
import { migrate } from './migrate.js';
import { accountOf, credentialOf } from './read-rows.js';
import { DEFAULT_PREFIX, isStorableId, tableNames, tablePrefix, type TableNames, type Tables } from './schema.js';
import { statements, type RunStatement } from './statements.js';
import { accountChanges, accountRow, credentialChanges, credentialRow, millisecondsOf } from './write-rows.js';

export interface SqlStoreOptions {
  /** What the names of its tables begin with. Default: `frontier_token_`. */
  tablePrefix?: string;
}

const checks = { tablePrefix: optional(tablePrefix, DEFAULT_PREFIX) } satisfies Checks<SqlStoreOptions>;

/**
 * Accounts, credentials and replay in PostgreSQL, MySQL or MariaDB, or SQLite, for all processes that use the database.
 * Every method rejects with `StoreUnavailableError` where the database can't answer now; nothing is cached, so that the
 * first call that reaches it again succeeds.
 *
 * What is written must be text without NUL and half surrogate pairs, ids of at most 255 characters, and metadata that
 * JSON can hold: anything else rejects with a TypeError. Other ids may be asked for, and are unknown.
 */
export class SqlStore implements ServiceAccountStore, ReplayStore {
  /** Set it where the secrets' hashes are slow ones: see `CredentialStore`. */
  decoySecretHash?: string;

  private readonly db: Kysely<Tables>;
  private readonly dialect: Dialect;
  private readonly tables: TableNames;
  private readonly run: RunStatement;
  private readonly find: ReturnType<typeof credentialFinder>;
  private readonly sweep: ClaimsSweep;

  /** @throws TypeError for what is no Kysely instance of these databases, and for wrong options */
  constructor(db: KyselyInstance, options: SqlStoreOptions = {}) {
    const checked = checkValue('SqlStore: db', kyselyInstance, db);
    this.tables = tableNames(checkOptions('SqlStore', checks, options).tablePrefix);
    this.dialect = dialectOf(checked);
    this.db = seenAs<Tables>(checked);
    this.run = statements(checked, this.dialect);
    this.find = credentialFinder(this.db, this.dialect, this.tables);
    this.sweep = new ClaimsSweep(this.db, this.tables, this.run);
  }

  /**
   * Brings the tables to this version of the package, those of `SqlKeyStore` too. Any number of instances may call it
   * at once; where nothing is to do, it only reads.
   *
   * @returns the versions that this call applied: none where the tables were up to date
   */
  migrate(): Promise<number[]> {
    return this.run(() => migrate(this.db, this.dialect, this.tables));
  }

  async findCredential(id: string): Promise<FoundCredential | undefined> {
    if (!isStorableId(id)) return undefined;
    return this.run(() => this.find(id));
  }

  async createAccount(account: ServiceAccount): Promise<void> {
    const insert = this.db.insertInto(this.tables.accounts).values(accountRow(account));
    await this.inserting(() => insert.executeTakeFirst());
  }

  async findAccount(id: string): Promise<ServiceAccount | undefined> {
    if (!isStorableId(id)) return undefined;
    const query = this.db.selectFrom(this.tables.accounts).selectAll().where('id', '=', id);
    const row = await this.run(() => query.executeTakeFirst());
    return row && accountOf(row);
  }

  async listAccounts({ limit, after }: { limit?: number; after?: string } = {}): Promise<ServiceAccount[]> {
    let query = this.db.selectFrom(this.tables.accounts).selectAll().orderBy('id');
    // PostgreSQL takes no NUL, and no id holds one: those behind 'a\0…' are those behind 'a'.
    if (after !== undefined) query = query.where('id', '>', after.replace(/\0.*/s, ''));
    if (limit !== undefined) query = query.limit(limit);
    return (await this.run(() => query.execute())).map(accountOf);
  }

  async updateAccount(id: string, changes: AccountChanges): Promise<ServiceAccount | undefined> {
    const columns = accountChanges(changes);
    if (isStorableId(id) && Object.keys(columns).length > 0) {
      const update = this.db.updateTable(this.tables.accounts).set(columns).where('id', '=', id);
      await this.run(() => update.executeTakeFirst());
    }
    return this.findAccount(id);
  }

  async deleteAccount(id: string): Promise<boolean> {
    if (!isStorableId(id)) return false;
    const removal = this.db.deleteFrom(this.tables.accounts).where('id', '=', id);
    const { numDeletedRows } = await this.run(() => removal.executeTakeFirstOrThrow());
    return numDeletedRows > 0n;
  }

  /** One statement, the account's being there included: it may be deleted at the same moment. */
  async createCredential(credential: Credential): Promise<void> {
    const { accounts, credentials } = this.tables;
    const { accountId } = credential;
    if (!isStorableId(accountId)) throw new NotFoundError('no such account');
    const row = Object.entries(credentialRow(credential));
    const insert = this.db
      .insertInto(credentials)
      .columns(row.map(([column]) => column as keyof Tables['credentials']))
      .expression((from) =>
        from
          .selectFrom(accounts)
          .select(row.map(([column, value]) => sql.val(value).as(column)))
          .where('id', '=', accountId),
      );
    const { numInsertedOrUpdatedRows } = await this.inserting(() => insert.executeTakeFirstOrThrow());
    if (numInsertedOrUpdatedRows !== 1n) throw new NotFoundError('no such account');
  }

  /** In the order in which they were created. */
  async listCredentials(accountId: string): Promise<Credential[]> {
    if (!isStorableId(accountId)) return [];
    const query = this.db
      .selectFrom(this.tables.credentials)
      .selectAll()
      .where('account_id', '=', accountId)
      .orderBy('created_at')
      .orderBy('id');
    return (await this.run(() => query.execute())).map(credentialOf);
  }

  async updateCredential(id: string, changes: CredentialChanges): Promise<Credential | undefined> {
    if (!isStorableId(id)) return undefined;
    const { credentials } = this.tables;
    const columns = credentialChanges(changes);
    if (Object.keys(columns).length > 0) {
      const update = this.db.updateTable(credentials).set(columns).where('id', '=', id);
      await this.run(() => update.executeTakeFirst());
    }
    const query = this.db.selectFrom(credentials).selectAll().where('id', '=', id);
    const row = await this.run(() => query.executeTakeFirst());
    return row && credentialOf(row);
  }

  async claim(id: string, expiresAt: Date): Promise<boolean> {
    const claim = { id, now: Date.now(), expires_at: millisecondsOf('expiresAt', expiresAt) };
    const taken = await this.run(() => takeClaim[this.dialect](this.db, this.tables, claim));
    this.sweep.afterClaim();
    return taken;
  }

  /** As `run`, and tells what a new row offends against. */
  private inserting<T>(insert: () => Promise<T>): Promise<T> {
    return this.run(async () => {
      try {
        return await insert();
      } catch (thrown) {
        if (isDuplicate(thrown)) throw new ConflictError('the id is taken', { cause: thrown });
        if (isOrphan(thrown)) throw new NotFoundError('no such account', { cause: thrown });
        throw thrown;
      }
    });
  }
}
