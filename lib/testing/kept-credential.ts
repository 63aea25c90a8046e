import type { Credential, CredentialChanges, ServiceAccountStore } from '../credentials/contract.js';
import { copyCredential } from '../credentials/copies.js';
import { same } from './breach.js';
import { credentialIn } from './read.js';
import { anAccount, spoil } from './records.js';
import { refused } from './refusal.js';

export const SOON = new Date('2030-01-01T00:00:00.001Z');
export const LATER = new Date('2031-03-30T02:30:00.999Z');

export async function ownerIn(store: ServiceAccountStore): Promise<{ id: string }> {
  const account = anAccount();
  await store.createAccount(account);
  return account;
}

/** Wherever a credential can be seen. */
export async function keepsCredential(
  store: ServiceAccountStore,
  credential: Credential,
  promise: string,
): Promise<void> {
  same(credentialIn(await store.findCredential(credential.id)), credential, `${promise} (findCredential)`);
  const listed = (await store.listCredentials(credential.accountId)).find(({ id }) => id === credential.id);
  same(credentialIn(listed), credential, `${promise} (listCredentials)`);
}

export async function refusesOrphan(store: ServiceAccountStore, orphan: Credential): Promise<void> {
  const promise = 'a credential for an account that does not exist is refused';
  await refused(store.createCredential(orphan), ['NotFoundError'], promise);
  same(await store.findCredential(orphan.id), undefined, 'a credential that was refused is not found');
}

/** Changes each member that can be changed, one after the other, beside another credential. */
export async function changesNothingElse(
  store: ServiceAccountStore,
  credential: Credential,
  other: Credential,
): Promise<void> {
  for (const each of [credential, other]) await store.createCredential(copyCredential(each));
  const steps: CredentialChanges[] = [{ title: 'green' }, { expiresAt: LATER }, { revokedAt: SOON }, { title: 'x' }];
  for (const changes of steps) {
    Object.assign(credential, changes);
    const changed = await store.updateCredential(credential.id, changes);
    same(credentialIn(changed), credential, 'updateCredential gives the credential as it is then, all of it');
    await keepsCredential(store, credential, 'updateCredential changes what is given, and keeps the rest');
  }
  await keepsCredential(store, other, 'updateCredential changes no other credential');
}

/** Of what it is given, and of what it gives. */
export async function copies(store: ServiceAccountStore, credential: Credential): Promise<void> {
  const given = copyCredential(credential);
  await store.createCredential(given);
  spoil(given);
  await keepsCredential(store, credential, 'createCredential keeps a copy of what it was given');

  const changes = { expiresAt: new Date(LATER) };
  credential.expiresAt = LATER;
  const { id, accountId } = credential;
  const changed = await store.updateCredential(id, changes);
  for (const each of [changes, changed, await store.findCredential(id), await store.listCredentials(accountId)]) {
    spoil(each);
    const promise = 'what a caller does with what it gave or was given changes nothing in the store';
    await keepsCredential(store, credential, promise);
  }
}
