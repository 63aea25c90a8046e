import type { Credential, ServiceAccount } from './contract.js';

/** Takes the members that an account has, and leaves out those that are `undefined`. */
export function copyAccount({ id, title, orgId, state, scopes, metadata, createdAt }: ServiceAccount): ServiceAccount {
  const copy: ServiceAccount = { id, state, scopes: [...scopes], createdAt: new Date(createdAt) };
  if (title !== undefined) copy.title = title;
  if (orgId !== undefined) copy.orgId = orgId;
  if (metadata !== undefined) copy.metadata = deepCopy(metadata);
  return copy;
}

export function copyCredential(credential: Credential): Credential {
  const { id, accountId, title, createdAt, expiresAt, revokedAt } = credential;
  const copy: Credential = {
    id,
    accountId,
    ...(credential.type === 'client_secret'
      ? { type: credential.type, secretHash: credential.secretHash }
      : { type: credential.type, publicKey: deepCopy(credential.publicKey) }),
    createdAt: new Date(createdAt),
  };
  if (title !== undefined) copy.title = title;
  if (expiresAt !== undefined) copy.expiresAt = new Date(expiresAt);
  if (revokedAt !== undefined) copy.revokedAt = new Date(revokedAt);
  return copy;
}

/** The members that were given. */
export function defined<T extends object>(members: T): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}

/** Arrays and plain objects by hand; whatever else a host keeps in metadata as `structuredClone` does. */
function deepCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(deepCopy) as T;
  if (Object.getPrototypeOf(value) !== Object.prototype) return structuredClone(value);
  const copy = { ...value };
  for (const name of Object.keys(copy) as (keyof T)[]) copy[name] = deepCopy(copy[name]);
  return copy;
}
