import type { Credential, FoundCredential, ServiceAccount } from '../credentials/contract.js';
import { breach } from './breach.js';

const ACCOUNT_MEMBERS = ['id', 'title', 'orgId', 'state', 'scopes', 'metadata', 'createdAt'] as const;
const CREDENTIAL_MEMBERS = [
  'id',
  'accountId',
  'type',
  'secretHash',
  'publicKey',
  'title',
  'createdAt',
  'expiresAt',
  'revokedAt',
] as const;

/** What is known of an account, as it is: null and a member that is there without a value too. */
export function accountIn(given: ServiceAccount | undefined): Record<string, unknown> | undefined {
  return members(given, ACCOUNT_MEMBERS);
}

export function credentialIn(given: Credential | undefined): Record<string, unknown> | undefined {
  return members(given, CREDENTIAL_MEMBERS);
}

export function required(found: FoundCredential | undefined, promise: string): FoundCredential {
  if (found === undefined) throw breach(promise, { got: found });
  return found;
}

/** By name: what an ORM gives has its values in getters. Members beyond the contract's are the store's own affair. */
function members(given: unknown, names: readonly string[]): Record<string, unknown> | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== 'object' || given === null) throw breach('a record must be an object', { got: given });
  const object = given as Record<string, unknown>;
  const known = names.filter((name) => object[name] !== undefined || Object.hasOwn(object, name));
  return Object.fromEntries(known.map((name) => [name, object[name]]));
}
