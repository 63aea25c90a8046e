import { ServerError } from '../errors/catalogue.js';
import { ask } from '../host/ask.js';
import { isScopeToken } from '../tokens/scope.js';
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
  // A database that compares ids without case, accents or trailing spaces finds another client's credential.
  if (found?.id !== id) return undefined;
  const { accountId, title, createdAt, expiresAt, revokedAt, account } = found;
  expect(isText(accountId), 'a credential without an accountId');
  // Null for "none" is what most drivers give.
  const common = {
    id,
    accountId,
    createdAt,
    ...given('title', title),
    ...given('expiresAt', expiresAt),
    ...given('revokedAt', revokedAt),
    account: account ? readAccount(account, accountId) : undefined,
  };
  expect(common.expiresAt === undefined || isDate(common.expiresAt), 'an expiresAt that is no valid Date');
  if (found.type === 'client_secret') {
    const { type, secretHash } = found;
    expect(typeof secretHash === 'string', 'a client_secret whose secretHash is no string');
    return { ...common, type, secretHash };
  }
  const { type, publicKey } = found;
  expect((type as string) === 'public_key', 'a credential whose type is neither client_secret nor public_key');
  expect(typeof publicKey === 'object', 'a public_key whose publicKey is no JWK');
  return { ...common, type, publicKey };
}

function readAccount(account: ServiceAccount, accountId: string): ServiceAccount {
  const { id, title, orgId, state, scopes, metadata, createdAt } = account;
  expect(id === accountId, "an account that is not the credential's (accountId)");
  expect(Array.isArray(scopes) && scopes.every(isScopeToken), 'an account whose scopes are no array of scope tokens');
  return {
    id,
    ...given('title', title),
    ...given('orgId', orgId),
    state: state === 'enabled' ? state : 'disabled',
    scopes: [...scopes],
    ...given('metadata', metadata),
    createdAt,
  };
}

function given<Name extends string, T>(name: Name, value: T): Partial<Record<Name, T>> {
  return value === undefined || value === null ? {} : ({ [name]: value } as Record<Name, T>);
}

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new TypeError(`the credential store returned ${otherwise}`);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isDate(value: unknown): boolean {
  return value instanceof Date && !Number.isNaN(value.getTime());
}
