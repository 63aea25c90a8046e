import { createHash, generateKeyPairSync, randomBytes, randomUUID, type JsonWebKey } from 'node:crypto';
import { sql, type Kysely } from 'kysely';

/**
 * The tables of Raystack Frontier that hold service users, as its migrations leave them: 20230507191406 makes them,
 * 20230907010521 adds the avatar, 20240413083012 the credential's type. The ids' default alone differs: theirs comes from
 * an extension. A service user's organisation has no foreign key: the platform's own has no row.
 */
const TABLES = [
  sql`create table organizations (
    id uuid primary key default gen_random_uuid(),
    name text unique not null,
    title text,
    metadata jsonb,
    state text default 'enabled',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,
    avatar text)`,
  sql`create table serviceusers (
    id uuid primary key default gen_random_uuid(),
    org_id uuid,
    title text,
    metadata jsonb,
    state text default 'enabled',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz)`,
  sql`create index serviceusers_org_id_idx on serviceusers (org_id)`,
  sql`create table serviceuser_credentials (
    id uuid primary key default gen_random_uuid(),
    serviceuser_id uuid not null references serviceusers (id),
    title text,
    secret_hash text,
    public_key jsonb,
    metadata jsonb,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,
    type text)`,
];

export const PLATFORM = '00000000-0000-0000-0000-000000000000';

type Table = 'organizations' | 'serviceusers' | 'serviceuser_credentials';
export type Columns = Record<string, unknown>;

/** What `frontier server` would write, and what nobody should. */
export class FrontierTables {
  private readonly db: Kysely<Record<Table, { id: string } & Columns>>;

  constructor(db: Kysely<unknown>) {
    this.db = db.withTables();
  }

  async create(): Promise<void> {
    for (const table of TABLES) await table.execute(this.db);
  }

  async organization(columns: Columns = {}): Promise<string> {
    return this.insert('organizations', { name: randomUUID(), title: 'Acme', ...columns });
  }

  /** Of an enabled organisation, unless `org_id` says otherwise. */
  async serviceUser(columns: Columns = {}): Promise<string> {
    const org_id = 'org_id' in columns ? columns.org_id : await this.organization();
    return this.insert('serviceusers', { title: 'nightly export', metadata: 'null', ...columns, org_id });
  }

  /** @param secretHash bcrypt, `$2a$` */
  async secret(user: string, secretHash: string, columns: Columns = {}): Promise<string> {
    const secret = { type: 'client_credential', secret_hash: secretHash, public_key: 'null', ...columns };
    return this.credential(user, secret);
  }

  /** A key pair as Frontier makes it: RSA of 2048 bits, and the `kid` is the credential's id. */
  async key(user: string, columns: Columns = {}): Promise<{ id: string; privateKey: string }> {
    const id = randomUUID();
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const jwk = { ...publicKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: id };
    await this.credential(user, { id, type: 'jwt_bearer', secret_hash: '', public_key: jwks(jwk), ...columns });
    return { id, privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string };
  }

  /** An opaque token: 32 bytes in hex, kept as the hex SHA3-256 of the bytes. */
  async token(user: string, columns: Columns = {}): Promise<{ id: string; token: string }> {
    const bytes = randomBytes(32);
    const secret_hash = createHash('sha3-256').update(bytes).digest('hex');
    const id = await this.credential(user, { type: 'opaque_token', secret_hash, public_key: 'null', ...columns });
    return { id, token: bytes.toString('hex') };
  }

  async credential(user: string, columns: Columns): Promise<string> {
    return this.insert('serviceuser_credentials', { serviceuser_id: user, title: '', metadata: 'null', ...columns });
  }

  async update(table: Table, id: string, columns: Columns): Promise<void> {
    await this.db.updateTable(table).set(columns).where('id', '=', id).execute();
  }

  private async insert(table: Table, columns: Columns): Promise<string> {
    const row = { id: randomUUID(), ...columns };
    await this.db.insertInto(table).values(row).execute();
    return row.id;
  }
}

export function jwks(...keys: JsonWebKey[]): string {
  return JSON.stringify({ keys });
}
