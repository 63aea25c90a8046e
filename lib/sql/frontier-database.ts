import { sql, type Kysely } from 'kysely';
import type { CredentialStore, FoundCredential } from '../credentials/contract.js';
import { checkValue } from '../options/check.js';
import { kyselyInstance, seenAs, spokenBy, type KyselyInstance } from './database.js';
import { reaching } from './failures.js';
import { foundCredential, type FrontierRow } from './frontier-rows.js';

/** As Frontier writes ids. PostgreSQL reads other spellings as the same id, and fails on what is none. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The service users and credentials in the PostgreSQL database of a running Raystack Frontier, as a credential store.
 *
 * Each look-up is one `select` over `serviceuser_credentials`, `serviceusers` and `organizations`, as they are now; it
 * never writes. Rejects with `StoreUnavailableError` where the database can't answer, and with an Error for a
 * credential of which it can make nothing.
 */
export class FrontierDatabase implements CredentialStore {
  /** bcrypt of cost 14, as Frontier's own hashes; of a random secret that nobody kept. */
  readonly decoySecretHash = '$2a$14$JD6xexvYQTN3xa6GjTVhWuSQJoiH0jOx1.msdaZrnXJawHy5DWuWu';
  private readonly db: Kysely<unknown>;

  /**
   * @param db only read: a role that may do no more suffices
   * @throws TypeError for anything but a Kysely instance for PostgreSQL
   */
  constructor(db: KyselyInstance) {
    const where = 'FrontierDatabase: db';
    checkValue(where, kyselyInstance, db);
    if (spokenBy(db) !== 'postgres') {
      throw new TypeError(`${where} must be a Kysely instance for PostgreSQL, where Frontier keeps its data`);
    }
    this.db = seenAs(db);
  }

  async findCredential(id: string): Promise<FoundCredential | undefined> {
    if (!UUID.test(id)) return undefined;
    const { rows } = await reaching(
      () => credentialRows(id).execute(this.db),
      'let Frontier migrate its database first',
    );
    return rows[0] && foundCredential(rows[0]);
  }
}

/** Text only: what becomes of a timestamp or of JSON is for the host's type parsers to say. */
function credentialRows(id: string) {
  return sql<FrontierRow>`
    select
      credential.id::text as id,
      nullif(credential.type, '') as type,
      nullif(credential.title, '') as title,
      nullif(credential.secret_hash, '') as secret_hash,
      credential.public_key::text as public_key,
      ${milliseconds('credential.created_at')} as created_at,
      account.id::text as account_id,
      nullif(account.title, '') as account_title,
      nullif(account.state, '') as account_state,
      account.metadata::text as account_metadata,
      ${milliseconds('account.created_at')} as account_created_at,
      account.org_id::text as org_id,
      organization.id::text as existing_org_id,
      nullif(organization.state, '') as org_state
    from serviceuser_credentials as credential
    join serviceusers as account on account.id = credential.serviceuser_id and account.deleted_at is null
    left join organizations as organization on organization.id = account.org_id and organization.deleted_at is null
    where credential.id = ${id} and credential.deleted_at is null`;
}

function milliseconds(column: string) {
  return sql`round(extract(epoch from ${sql.ref(column)}) * 1000)::text`;
}
