import { check } from '../options/check.js';

/** Times are milliseconds since 1970 in a `bigint`, which drivers give as a number or as text, and no time zone moves. */
export type Milliseconds = number | string | bigint;

export interface AccountRow {
  id: string;
  title: string | null;
  org_id: string | null;
  state: string;
  /** JSON: an array of strings. */
  scopes: string;
  /** JSON: an object. */
  metadata: string | null;
  created_at: Milliseconds;
}

export interface CredentialRow {
  id: string;
  account_id: string;
  type: string;
  title: string | null;
  secret_hash: string | null;
  /** JSON: a JWK (RFC 7517). */
  public_key: string | null;
  created_at: Milliseconds;
  expires_at: Milliseconds | null;
  revoked_at: Milliseconds | null;
}

export interface ClaimRow {
  id: string;
  expires_at: Milliseconds;
}

export interface SigningKeyRow {
  kid: string;
  alg: string;
  /** Encrypted. The public half is taken from it: one beside it could be replaced by whoever writes to the table. */
  private_key: string;
  /** 1, 2, …: of two instances that add a key after the same one, only the first can. */
  generation: number;
  created_at: Milliseconds;
  signs_from: Milliseconds;
  /** Only where an instance signed after it should have known the next key. */
  last_signed_at: Milliseconds | null;
}

export interface MigrationRow {
  version: number;
  applied_at: Milliseconds;
}

/** The tables as Kysely's types know them; the database has them under the host's prefix. */
export interface Tables {
  accounts: AccountRow;
  credentials: CredentialRow;
  claims: ClaimRow;
  signing_keys: SigningKeyRow;
  migrations: MigrationRow;
}

export type TableNames = { readonly [Name in keyof Tables]: Name };

/** The names under the prefix, typed as those without, so that queries are checked against the columns. */
export function tableNames(prefix: string): TableNames {
  const named = <Name extends keyof Tables>(name: Name) => `${prefix}${name}` as Name;
  return {
    accounts: named('accounts'),
    credentials: named('credentials'),
    claims: named('claims'),
    signing_keys: named('signing_keys'),
    migrations: named('migrations'),
  };
}

export const DEFAULT_PREFIX = 'frontier_token_';

/** Literal in every dialect, and short enough for PostgreSQL, which cuts names at 63 bytes. */
export const tablePrefix = check<string>(
  'at most 40 lower-case letters, digits and underscores, the first no digit',
  (given) => typeof given === 'string' && /^(?:[a-z_][a-z0-9_]{0,39})?$/.test(given),
);

/** Ids are kept in columns of this many characters; a longer one can't be there. */
export const MAX_ID_LENGTH = 255;

/** Whether the databases can hold it as it is. */
export function isStorableId(id: string): boolean {
  return id.length <= MAX_ID_LENGTH && isStorableText(id);
}

/** None takes half a character, PostgreSQL takes no NUL, and libsql gives back nothing from a NUL on. */
export function isStorableText(text: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(text);
}
