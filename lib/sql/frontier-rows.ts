import type { JsonWebKey } from '../keys/json-web-key.js';
import type { FoundCredential, ServiceAccount } from '../credentials/contract.js';
import { defined } from '../credentials/copies.js';
import { opaqueTokenHash } from '../credentials/opaque-token.js';
import { isObject } from '../values.js';

/**
 * A credential in Raystack Frontier's tables, with its service user and what is known of the organisation. Empty text,
 * which Frontier writes where it has none, is null.
 */
export interface FrontierRow {
  id: string;
  type: string | null;
  title: string | null;
  secret_hash: string | null;
  /** JSON: a JWK Set (RFC 7517 §5) with one key. */
  public_key: string | null;
  /** Milliseconds. */
  created_at: string;
  account_id: string;
  account_title: string | null;
  account_state: string | null;
  /** JSON: an object, or null. */
  account_metadata: string | null;
  /** Milliseconds. */
  account_created_at: string;
  org_id: string | null;
  /** Null where the organisation has no row. */
  existing_org_id: string | null;
  org_state: string | null;
}

/** The organisation that the platform's own service users name; it has no row. */
const PLATFORM = '00000000-0000-0000-0000-000000000000';

/** @throws Error that says what is wrong with the credential */
export function foundCredential(row: FrontierRow): FoundCredential {
  return defined({
    id: row.id,
    accountId: row.account_id,
    title: row.title ?? undefined,
    createdAt: date(row.created_at),
    account: serviceAccount(row),
    ...proof(row),
  });
}

function serviceAccount(row: FrontierRow): ServiceAccount {
  const metadata = json(row.account_metadata);
  return defined({
    id: row.account_id,
    title: row.account_title ?? undefined,
    orgId: row.org_id ?? undefined,
    state: isEnabled(row.account_state) && hasEnabledOrganisation(row) ? 'enabled' : 'disabled',
    scopes: [],
    metadata: isObject(metadata) ? metadata : undefined,
    createdAt: date(row.account_created_at),
  });
}

function hasEnabledOrganisation(row: FrontierRow): boolean {
  return row.existing_org_id === null ? row.org_id === PLATFORM : isEnabled(row.org_state);
}

/** Frontier counts a state that was never set as enabled. */
function isEnabled(state: string | null): boolean {
  return state === null || state === 'enabled';
}

/** What Frontier's credential types are here. Those made before it had types, in 2024, have none. */
function proof(row: FrontierRow) {
  const { type, secret_hash: hash } = row;
  switch (type ?? (hash === null ? 'jwt_bearer' : 'client_credential')) {
    case 'client_credential':
      return { type: 'client_secret' as const, secretHash: given(hash, row) };
    case 'opaque_token':
      return { type: 'client_secret' as const, secretHash: opaqueTokenHash(given(hash, row)) };
    case 'jwt_bearer':
      return { type: 'public_key' as const, publicKey: onlyKey(row) };
    default:
      throw unusable(row, `its type '${type}' is unknown`);
  }
}

function given(hash: string | null, row: FrontierRow): string {
  if (hash === null) throw unusable(row, 'its secret_hash is empty');
  return hash;
}

function onlyKey(row: FrontierRow): JsonWebKey {
  const set = json(row.public_key);
  if (!isObject(set) || !Array.isArray(set.keys)) throw unusable(row, 'its public_key is no JWK set');
  const keys: unknown[] = set.keys;
  if (keys.length !== 1 || !isObject(keys[0])) throw unusable(row, `its public_key holds ${keys.length} keys, not one`);
  return keys[0];
}

function unusable({ id }: FrontierRow, why: string): Error {
  return new Error(`Frontier's credential ${id} can't be used: ${why}`);
}

function json(text: string | null): unknown {
  return text === null ? undefined : JSON.parse(text);
}

function date(milliseconds: string): Date {
  return new Date(Number(milliseconds));
}
