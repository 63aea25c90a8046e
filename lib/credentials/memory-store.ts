import { ConflictError, NotFoundError } from '../errors/store-errors.js';
import type { ReplayStore } from '../replay/contract.js';
import { MemoryReplayStore } from '../replay/memory.js';
import type {
  AccountChanges,
  Credential,
  CredentialChanges,
  FoundCredential,
  ServiceAccount,
  ServiceAccountStore,
} from './contract.js';
import { copyAccount, copyCredential, defined } from './copies.js';

interface Owner {
  account: ServiceAccount;
  /** Absent before the first: most accounts have one, and an array that began empty has room for sixteen. */
  credentialIds?: string[];
}

/** Accounts, credentials and replay in memory, for tests and trials: all of it ends with the process. */
export class MemoryStore implements ServiceAccountStore, ReplayStore {
  /** Set it where the secrets' hashes are slow ones: see `CredentialStore`. */
  decoySecretHash?: string;

  private readonly owners = new Map<string, Owner>();
  private readonly credentials = new Map<string, Credential>();
  private readonly replay = new MemoryReplayStore();
  /** Sorted once for all pages of a list. */
  private sortedIds: string[] | undefined;

  findCredential(id: string): Promise<FoundCredential | undefined> {
    const credential = this.credentials.get(id);
    if (!credential) return Promise.resolve(undefined);
    const account = this.owners.get(credential.accountId)?.account;
    const found = copyCredential(credential) as FoundCredential;
    found.account = account && copyAccount(account);
    return Promise.resolve(found);
  }

  createAccount(account: ServiceAccount): Promise<void> {
    if (this.owners.has(account.id)) return Promise.reject(new ConflictError());
    const id = inOnePiece(account.id);
    this.owners.set(id, { account: copyAccount({ ...account, id }) });
    this.sortedIds = undefined;
    return Promise.resolve();
  }

  findAccount(id: string): Promise<ServiceAccount | undefined> {
    const account = this.owners.get(id)?.account;
    return Promise.resolve(account && copyAccount(account));
  }

  listAccounts({ limit, after }: { limit?: number; after?: string } = {}): Promise<ServiceAccount[]> {
    this.sortedIds ??= [...this.owners.keys()].sort(compareBytes);
    const start = after === undefined ? 0 : this.sortedIds.findIndex((id) => compareBytes(id, after) > 0);
    const ids = start === -1 ? [] : this.sortedIds.slice(start, limit === undefined ? undefined : start + limit);
    return Promise.resolve(ids.flatMap((id) => this.owners.get(id)?.account ?? []).map(copyAccount));
  }

  updateAccount(id: string, changes: AccountChanges): Promise<ServiceAccount | undefined> {
    const owner = this.owners.get(id);
    if (!owner) return Promise.resolve(undefined);
    const { createdAt } = owner.account;
    owner.account = copyAccount({ ...owner.account, ...defined(changes), id, createdAt });
    return Promise.resolve(copyAccount(owner.account));
  }

  deleteAccount(id: string): Promise<boolean> {
    const owner = this.owners.get(id);
    if (!owner) return Promise.resolve(false);
    for (const credentialId of owner.credentialIds ?? []) this.credentials.delete(credentialId);
    this.owners.delete(id);
    this.sortedIds = undefined;
    return Promise.resolve(true);
  }

  createCredential(credential: Credential): Promise<void> {
    const owner = this.owners.get(credential.accountId);
    if (!owner) return Promise.reject(new NotFoundError('no such account'));
    if (this.credentials.has(credential.id)) return Promise.reject(new ConflictError());
    const id = inOnePiece(credential.id);
    this.credentials.set(id, copyCredential({ ...credential, id, accountId: owner.account.id }));
    if (owner.credentialIds) owner.credentialIds.push(id);
    else owner.credentialIds = [id];
    return Promise.resolve();
  }

  listCredentials(accountId: string): Promise<Credential[]> {
    const ids = this.owners.get(accountId)?.credentialIds ?? [];
    return Promise.resolve(ids.flatMap((id) => this.credentials.get(id) ?? []).map(copyCredential));
  }

  updateCredential(id: string, { title, expiresAt, revokedAt }: CredentialChanges): Promise<Credential | undefined> {
    const credential = this.credentials.get(id);
    if (!credential) return Promise.resolve(undefined);
    const changed = copyCredential({ ...credential, ...defined({ title, expiresAt, revokedAt }) });
    this.credentials.set(id, changed);
    return Promise.resolve(copyCredential(changed));
  }

  claim(id: string, expiresAt: Date): Promise<boolean> {
    return this.replay.claim(id, expiresAt);
  }
}

/** node:crypto glues a UUID together from twenty pieces, and V8 keeps them: 480 bytes for 36 characters. */
function inOnePiece(id: string): string {
  return Buffer.from(id, 'utf16le').toString('utf16le');
}

/** The order of the ids' bytes in UTF-8, as databases have it. That of UTF-16 differs in the surrogates alone. */
function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const difference = byteRank(a.charCodeAt(at)) - byteRank(b.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Surrogates stand for characters beyond U+FFFF, whose bytes are the highest. */
function byteRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
