import type { AccountChanges, Credential, CredentialChanges, ServiceAccount } from '../credentials/contract.js';
import { defined } from '../credentials/copies.js';
import { check, checkValue, date } from '../options/check.js';
import { isStorableId, isStorableText, MAX_ID_LENGTH } from './schema.js';

/** @throws TypeError for what a database can't hold as it is */
export function accountRow(account: ServiceAccount) {
  const { id, state, scopes, createdAt } = account;
  return {
    ...accountChanges(account),
    id: ownId(id),
    state,
    scopes: JSON.stringify(scopes),
    created_at: millisecondsOf('createdAt', createdAt),
  };
}

/** A change that is undefined is none. */
export function accountChanges({ title, orgId, state, scopes, metadata }: AccountChanges) {
  return defined({
    title: title && textOf('title', title),
    org_id: orgId && textOf('orgId', orgId),
    state,
    scopes: scopes && JSON.stringify(scopes),
    metadata: metadata && JSON.stringify(metadata),
  });
}

export function credentialRow(credential: Credential) {
  const { id, accountId, type, createdAt } = credential;
  const proof =
    credential.type === 'client_secret'
      ? { secret_hash: textOf('secretHash', credential.secretHash) }
      : { public_key: JSON.stringify(credential.publicKey) };
  return {
    id: ownId(id),
    account_id: accountId,
    type,
    created_at: millisecondsOf('createdAt', createdAt),
    ...proof,
    ...credentialChanges(credential),
  };
}

export function credentialChanges({ title, expiresAt, revokedAt }: CredentialChanges) {
  return defined({
    title: title && textOf('title', title),
    expires_at: expiresAt && millisecondsOf('expiresAt', expiresAt),
    revoked_at: revokedAt && millisecondsOf('revokedAt', revokedAt),
  });
}

const storableId = check<string>(
  `a string of at most ${MAX_ID_LENGTH} characters, none of them a NUL or half a surrogate pair`,
  (given) => typeof given === 'string' && isStorableId(given),
);
const storableText = check<string>(
  'a string without NUL and half surrogate pairs',
  (given) => typeof given === 'string' && isStorableText(given),
);

function ownId(given: string): string {
  return checkValue('SqlStore: id', storableId, given);
}

function textOf(member: string, given: string): string {
  return checkValue(`SqlStore: ${member}`, storableText, given);
}

export function millisecondsOf(member: string, given: Date): number {
  return checkValue(`SqlStore: ${member}`, date, given).getTime();
}
