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
import { defined } from './copies.js';
import {
  accountOf,
  credentialOf,
  keepAccount,
  keepCredential,
  type KeptAccount,
  type KeptCredential,
} from './memory/kept-records.js';
import { RecordTable } from './memory/record-table.js';

/**
 * Accounts, credentials and replay in memory, for tests and trials: all of it ends with the process. What was deleted
 * makes room for others of its size; the memory stays with the store.
 */
export class MemoryStore implements ServiceAccountStore, ReplayStore {
  /** Set it where the secrets' hashes are slow ones: see `CredentialStore`. */
  decoySecretHash?: string;

  private readonly accounts = new RecordTable<KeptAccount>();
  private readonly credentials = new RecordTable<KeptCredential>();
  private readonly replay = new MemoryReplayStore();
  /** Of accounts, by their bytes; absent before the first list. */
  private sortedIds: string[] | undefined;

  findCredential(id: string): Promise<FoundCredential | undefined> {
    return answered(() => {
      const kept = this.credentials.get(id);
      // For an unknown id another one is read: time is not to tell which ids there are.
      const read = kept ?? this.credentials.any();
      const found = read && this.withAccount(read);
      return kept && found;
    });
  }

  createAccount(account: ServiceAccount): Promise<void> {
    return answered(() => {
      if (this.accounts.get(account.id)) throw new ConflictError();
      this.accounts.set(keepAccount(account, undefined));
      this.sortedIds?.splice(countUpTo(account.id, this.sortedIds), 0, account.id);
    });
  }

  findAccount(id: string): Promise<ServiceAccount | undefined> {
    return answered(() => this.accountWith(id));
  }

  listAccounts({ limit, after }: { limit?: number; after?: string } = {}): Promise<ServiceAccount[]> {
    return answered(() => {
      this.sortedIds ??= this.accounts
        .all()
        .map(({ id }) => id)
        .sort(compareBytes);
      const start = after === undefined ? 0 : countUpTo(after, this.sortedIds);
      const ids = this.sortedIds.slice(start, limit === undefined ? undefined : start + limit);
      return ids.flatMap((id) => this.accountWith(id) ?? []);
    });
  }

  updateAccount(id: string, changes: AccountChanges): Promise<ServiceAccount | undefined> {
    return answered(() => {
      const kept = this.accounts.get(id);
      if (!kept) return undefined;
      const account = accountOf(kept);
      const { createdAt } = account;
      this.accounts.set(keepAccount({ ...account, ...defined(changes), id, createdAt }, kept.newest));
      return this.accountWith(id);
    });
  }

  deleteAccount(id: string): Promise<boolean> {
    return answered(() => {
      const kept = this.accounts.get(id);
      if (!kept) return false;
      for (const credential of this.credentialsOf(kept)) this.credentials.delete(credential.id);
      this.accounts.delete(id);
      this.sortedIds?.splice(countUpTo(id, this.sortedIds) - 1, 1);
      return true;
    });
  }

  createCredential(credential: Credential): Promise<void> {
    return answered(() => {
      const owner = this.accounts.get(credential.accountId);
      if (!owner) throw new NotFoundError('no such account');
      if (this.credentials.get(credential.id)) throw new ConflictError();
      this.credentials.set(keepCredential(credential, owner.newest));
      this.accounts.set({ ...owner, newest: credential.id });
    });
  }

  listCredentials(accountId: string): Promise<Credential[]> {
    return answered(() => this.credentialsOf(this.accounts.get(accountId)).map(credentialOf));
  }

  updateCredential(id: string, { title, expiresAt, revokedAt }: CredentialChanges): Promise<Credential | undefined> {
    return answered(() => {
      const kept = this.credentials.get(id);
      if (!kept) return undefined;
      const changes = defined({ title, expiresAt, revokedAt });
      this.credentials.set(keepCredential({ ...credentialOf(kept), ...changes }, kept.older));
      const changed = this.credentials.get(id);
      return changed && credentialOf(changed);
    });
  }

  claim(id: string, expiresAt: Date): Promise<boolean> {
    return this.replay.claim(id, expiresAt);
  }

  private withAccount(kept: KeptCredential): FoundCredential {
    const found = credentialOf(kept) as FoundCredential;
    found.account = this.accountWith(kept.accountId);
    return found;
  }

  private accountWith(id: string): ServiceAccount | undefined {
    const kept = this.accounts.get(id);
    return kept && accountOf(kept);
  }

  /** In the order in which the account was given them. */
  private credentialsOf(account: KeptAccount | undefined): KeptCredential[] {
    const found: KeptCredential[] = [];
    let kept = account?.newest === undefined ? undefined : this.credentials.get(account.newest);
    while (kept) {
      found.push(kept);
      kept = kept.older === undefined ? undefined : this.credentials.get(kept.older);
    }
    return found.reverse();
  }
}

/** What `work` throws, the promise rejects with. */
function answered<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}

/** How many of sorted ids come before this one or are the same: by halves. */
function countUpTo(id: string, sorted: readonly string[]): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareBytes(sorted[middle] ?? '', id) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
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
