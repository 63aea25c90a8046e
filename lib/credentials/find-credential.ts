import { types } from 'node:util';
import { ServerError } from '../errors/catalogue.js';
import { ask } from '../host/ask.js';
import { isScopeToken } from '../scopes/scope.js';
import type { CredentialStore, FoundCredential, ServiceAccount } from './contract.js';

/**
 * Asks the host's store for a credential, and checks what a wrong value of would weaken security.
 *
 * @param timeout milliseconds
 * @returns a plain object of our own
 * @throws TemporarilyUnavailableError, ServerError
 */
export async function findCredential(
  store: CredentialStore,
  id: string,
  timeout: number,
): Promise<FoundCredential | undefined> {
  const found = await ask('credential_store', timeout, () => store.findCredential(id));
  try {
    return read(found ?? undefined, id);
  } catch (cause) {
    throw nonsense(cause);
  }
}

/** A store's answer that can't be used: the operator's to mend. */
export function nonsense(cause: unknown): ServerError {
  return new ServerError({ reason: 'credential_store_nonsense', cause });
}

/** Member by member: what an ORM returns has its values in getters, which a spread would lose, `revokedAt` too. */
function read(found: FoundCredential | undefined, id: string): FoundCredential | undefined {
  if (found === undefined) return undefined;
  expect(typeof found.id === 'string', 'a credential whose id is no string');
  // A database that compares ids without case, accents or trailing spaces finds another client's credential.
  if (found.id !== id) return undefined;
  const { accountId, title, createdAt, expiresAt, revokedAt } = found;
  expect(isText(accountId), 'a credential without an accountId');
  const account = found.account ? readAccount(found.account, accountId) : undefined;
  const credential = withProof({ id, accountId, createdAt, account }, found);
  // Null for "none" is what most drivers give.
  if (isGiven(title)) credential.title = title;
  if (isGiven(revokedAt)) credential.revokedAt = revokedAt;
  if (!isGiven(expiresAt)) return credential;
  expect(types.isDate(expiresAt) && !Number.isNaN(expiresAt.getTime()), 'an expiresAt that is no valid Date');
  credential.expiresAt = expiresAt;
  return credential;
}

function withProof(
  members: Pick<FoundCredential, 'id' | 'accountId' | 'createdAt' | 'account'>,
  found: FoundCredential,
): FoundCredential {
  if (found.type === 'client_secret') {
    const { type, secretHash } = found;
    expect(typeof secretHash === 'string', 'a client_secret whose secretHash is no string');
    return { ...members, type, secretHash };
  }
  const { type, publicKey } = found;
  expect((type as string) === 'public_key', 'a credential whose type is neither client_secret nor public_key');
  expect(typeof publicKey === 'object', 'a public_key whose publicKey is no JWK');
  return { ...members, type, publicKey };
}

function readAccount(found: ServiceAccount, accountId: string): ServiceAccount {
  const { id, title, orgId, state, scopes, metadata, createdAt } = found;
  expect(id === accountId, "an account that is not the credential's (accountId)");
  expect(Array.isArray(scopes) && scopes.every(isScopeToken), 'an account whose scopes are no array of scope tokens');
  const account: ServiceAccount = {
    id,
    state: state === 'enabled' ? state : 'disabled',
    scopes: [...scopes],
    createdAt,
  };
  if (isGiven(title)) account.title = title;
  if (isGiven(orgId)) account.orgId = orgId;
  if (isGiven(metadata)) account.metadata = metadata;
  return account;
}

function isGiven<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null;
}

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new TypeError(`the credential store returned ${otherwise}`);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
