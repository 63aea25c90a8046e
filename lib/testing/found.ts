import { types } from 'node:util';
import type { Credential, CredentialStore, FoundCredential, ServiceAccount } from '../credentials/contract.js';
import { breach, plain, same } from './breach.js';
import { accountIn, credentialIn, required } from './read.js';
import { spoil } from './records.js';

/** Makes the store under test, which then holds these. */
export type Holding = (accounts: ServiceAccount[], credentials: Credential[]) => Promise<CredentialStore>;

export async function find(store: CredentialStore, { id }: Credential): Promise<FoundCredential> {
  return required(await store.findCredential(id), `findCredential('${id}') finds the credential, which is held`);
}

export async function findsAsHeld(store: CredentialStore, credential: Credential): Promise<void> {
  const { id, accountId, type } = credential;
  const found = await find(store, credential);
  const got = { ...pick(found, ['id', 'accountId', 'type']), account: found.account?.id };
  same(got, { id, accountId, type, account: accountId }, 'each id finds its own credential, with its own account');
}

export function ownedBy({ account }: FoundCredential, { id, state }: ServiceAccount): void {
  const got = account && { id: account.id, state: account.state };
  same(got, { id, state }, 'a credential comes with the account that owns it, in the same call');
}

/** A store may hide what is revoked. What it gives has the date: which one makes no difference, nor its precision. */
export async function isRevoked(store: CredentialStore, { id }: Credential): Promise<void> {
  const found = await store.findCredential(id);
  if (!found || isDate(found.revokedAt)) return;
  throw breach('revokedAt is a Date: a credential without one gets tokens again', { got: found.revokedAt });
}

/** A store may hide what has expired. What it gives has a date that is past: to the second is enough. */
export async function hasExpired(store: CredentialStore, { id }: Credential): Promise<void> {
  const found = await store.findCredential(id);
  if (!found || (isDate(found.expiresAt) && found.expiresAt.getTime() < Date.now())) return;
  throw breach('expiresAt is a Date, and past: a credential without one never expires', { got: found.expiresAt });
}

export function isDate(given: unknown): given is Date {
  return types.isDate(given) && !Number.isNaN(given.getTime());
}

export const LEFT_OUT = 'members without a value are left out: ...(row.title !== null && { title: row.title })';

/** Members of a found credential and of its account that are there, and have no value. */
export function emptyMembers(found: FoundCredential): string[] {
  return [...emptyIn(credentialIn(found)), ...emptyIn(accountIn(found.account), 'account.')];
}

function emptyIn(members: Record<string, unknown> = {}, prefix = ''): string[] {
  return Object.keys(members)
    .filter((name) => members[name] === null || members[name] === undefined)
    .map((name) => `${prefix}${name}: ${String(members[name])}`);
}

/** What a caller does with what it was given must not be seen when it asks again. */
export async function givesCopies(store: CredentialStore, credential: Credential): Promise<void> {
  const before = record(await find(store, credential));
  spoil(await store.findCredential(credential.id));
  same(record(await find(store, credential)), before, 'what was given is a copy, nested members too');
}

/** A copy that does not change with it. */
function record(found: FoundCredential): unknown {
  return plain({ ...credentialIn(found), account: accountIn(found.account) });
}

export function pick(object: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, Reflect.get(object, name) as unknown]));
}
