import type { JsonWebKey } from '../keys/json-web-key.js';
import type { Credential, ServiceAccount } from '../credentials/contract.js';
import { defined } from '../credentials/copies.js';
import type { AccountRow, CredentialRow, Milliseconds } from './schema.js';

/** What the rows hold is given as it is: the core checks it, as it does for every store. */
export function accountOf(row: AccountRow): ServiceAccount {
  return defined({
    id: row.id,
    title: row.title ?? undefined,
    orgId: row.org_id ?? undefined,
    state: row.state as ServiceAccount['state'],
    scopes: JSON.parse(row.scopes) as string[],
    metadata: row.metadata === null ? undefined : (JSON.parse(row.metadata) as Record<string, unknown>),
    createdAt: dateOf(row.created_at),
  });
}

export function credentialOf(row: CredentialRow): Credential {
  return defined({
    id: row.id,
    accountId: row.account_id,
    type: row.type,
    title: row.title ?? undefined,
    secretHash: row.secret_hash ?? undefined,
    publicKey: row.public_key === null ? undefined : (JSON.parse(row.public_key) as JsonWebKey),
    createdAt: dateOf(row.created_at),
    expiresAt: row.expires_at === null ? undefined : dateOf(row.expires_at),
    revokedAt: row.revoked_at === null ? undefined : dateOf(row.revoked_at),
  }) as Credential;
}

/** Drivers give what does not fit a number exactly as text, and some hosts have them give `bigint`. */
function dateOf(milliseconds: Milliseconds): Date {
  return new Date(Number(milliseconds));
}
