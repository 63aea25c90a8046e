import { deserialize, serialize } from 'node:v8';
import type { JsonWebKey } from '../../keys/json-web-key.js';
import { isObject } from '../../values.js';
import type { Credential, ServiceAccount } from '../contract.js';

/** Milliseconds since 1970, as JSON has them: null for an invalid date. */
type KeptDate = number | null;

/** An account as JSON. */
export interface KeptAccount extends Omit<ServiceAccount, 'createdAt'> {
  /** Metadata that JSON has no words for, as V8 serializes it, in Base64: a host may keep dates in it, or bytes. */
  clonedMetadata?: string;
  createdAt: KeptDate;
  /** The id of its newest credential. */
  newest?: string;
}

/** A credential as JSON. */
export interface KeptCredential {
  id: string;
  accountId: string;
  type: Credential['type'];
  secretHash?: string;
  publicKey?: JsonWebKey;
  title?: string;
  createdAt: KeptDate;
  expiresAt?: KeptDate;
  revokedAt?: KeptDate;
  /** The id of the credential that its account was given before it. */
  older?: string;
}

/** JSON leaves members out that are undefined. */
export function keepAccount(account: ServiceAccount, newest: string | undefined): KeptAccount {
  const { id, title, orgId, state, scopes, metadata, createdAt } = account;
  return {
    id,
    title,
    orgId,
    state,
    scopes: [...scopes],
    ...(metadata === undefined || isJson(metadata) ? { metadata } : { clonedMetadata: clone(metadata) }),
    createdAt: keepDate(createdAt),
    newest,
  };
}

/** @param kept becomes a part of what is given */
export function accountOf(kept: KeptAccount): ServiceAccount {
  const { id, title, orgId, state, scopes, metadata, clonedMetadata, createdAt } = kept;
  const account: ServiceAccount = { id, state, scopes, createdAt: dateOf(createdAt) };
  if (title !== undefined) account.title = title;
  if (orgId !== undefined) account.orgId = orgId;
  if (metadata !== undefined) account.metadata = metadata;
  if (clonedMetadata !== undefined) account.metadata = readClone(clonedMetadata);
  return account;
}

export function keepCredential(credential: Credential, older: string | undefined): KeptCredential {
  const { id, accountId, type, title, createdAt, expiresAt, revokedAt } = credential;
  const proof =
    credential.type === 'client_secret' ? { secretHash: credential.secretHash } : { publicKey: credential.publicKey };
  return {
    id,
    accountId,
    type,
    ...proof,
    title,
    createdAt: keepDate(createdAt),
    // Null for none is what hosts have in their rows.
    expiresAt: expiresAt ? keepDate(expiresAt) : undefined,
    revokedAt: revokedAt ? keepDate(revokedAt) : undefined,
    older,
  };
}

/** @param kept becomes a part of what is given */
export function credentialOf(kept: KeptCredential): Credential {
  const { id, accountId, type, secretHash, publicKey, title, createdAt, expiresAt, revokedAt } = kept;
  const created = dateOf(createdAt);
  // Spelled out twice: a spread takes a tenth of the time of finding a credential.
  const credential = (
    secretHash === undefined
      ? { id, accountId, type, publicKey, createdAt: created }
      : { id, accountId, type, secretHash, createdAt: created }
  ) as Credential;
  if (title !== undefined) credential.title = title;
  if (expiresAt !== undefined) credential.expiresAt = dateOf(expiresAt);
  if (revokedAt !== undefined) credential.revokedAt = dateOf(revokedAt);
  return credential;
}

function keepDate(date: Date): KeptDate {
  return new Date(date).getTime();
}

function dateOf(kept: KeptDate): Date {
  return new Date(kept ?? NaN);
}

/** Throws where it can't be read again: what is written may be nested more deeply than what is read. */
function clone(metadata: Record<string, unknown>): string {
  const written = serialize(metadata).toString('base64');
  readClone(written);
  return written;
}

function readClone(written: string): Record<string, unknown> {
  return deserialize(Buffer.from(written, 'base64')) as Record<string, unknown>;
}

/** Whether it comes back from JSON as it is: -0, what is undefined and what has a class do not. */
function isJson(value: unknown): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (Array.isArray(value)) return Array.from<unknown>(value).every(isJson);
  return isObject(value) && Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isJson);
}
