import { MemoryStore, type ServiceAccountStore } from 'frontier-token';
import { serviceAccountStoreContract } from 'frontier-token/testing';
import { accounts } from './broken/accounts.js';
import { breaks } from './broken/broken.js';
import { credentials } from './broken/credentials.js';
import { deletion } from './broken/deletion.js';
import { finding } from './broken/finding.js';
import { listing } from './broken/listing.js';

describe('of broken stores', () => {
  breaks([...finding, ...accounts, ...listing, ...credentials, ...deletion], (bug) =>
    serviceAccountStoreContract(() => {
      const right = new MemoryStore();
      return Object.assign(methodsOf(right), bug(right));
    }),
  );
});

/** To be replaced, one by one. */
function methodsOf(store: MemoryStore): ServiceAccountStore {
  const names = Object.getOwnPropertyNames(MemoryStore.prototype) as (keyof ServiceAccountStore)[];
  return Object.fromEntries(
    names.map((name) => [name, (...args: unknown[]) => Reflect.apply(store[name] as () => unknown, store, args)]),
  ) as never;
}
