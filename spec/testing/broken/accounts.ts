import { setImmediate as turn } from 'node:timers/promises';
import { ConflictError, type MemoryStore, type ServiceAccount } from 'frontier-token';
import type { BrokenStore } from './broken.js';

/** A bug in what `createAccount` keeps. */
const keeps = (bug: (account: ServiceAccount) => object) => (real: MemoryStore) => ({
  createAccount: (account: ServiceAccount) => real.createAccount({ ...account, ...bug(account) }),
});

/** A store of rows that lets every caller at them. */
function shared(): object {
  const rows = new Map<string, ServiceAccount>();
  return {
    createAccount: async (account: ServiceAccount) => void rows.set(account.id, account),
    findAccount: async (id: string) => rows.get(id),
    listAccounts: async () => [...rows.values()],
    updateAccount: async (id: string, changes: object) => Object.assign(rows.get(id)!, changes),
  };
}

export const accounts: BrokenStore[] = [
  [
    'sorts scopes',
    keeps(({ scopes }) => ({ scopes: [...scopes].sort() })),
    'keeps an account as it was given: every member, nested metadata, the order of scopes',
  ],
  [
    'joins scopes by a comma',
    keeps(({ scopes }) => ({ scopes: scopes.join(',').split(',') })),
    'keeps an account as it was given: every member, nested metadata, the order of scopes',
    "gives the account's scopes as an array, an empty one where it has none",
  ],
  [
    'keeps the dates of another time zone',
    keeps(({ createdAt }) => ({ createdAt: new Date(createdAt.getTime() + 3_600_000) })),
    'keeps an account as it was given: every member, nested metadata, the order of scopes',
  ],
  [
    'keeps an empty text for what was not given',
    keeps(({ title = '' }) => ({ title })),
    'keeps an account without the members that were not given or were undefined',
  ],
  [
    'takes empty metadata for none',
    keeps(({ metadata = {} }) => ({ metadata: Object.keys(metadata).length > 0 ? metadata : undefined })),
    'keeps what is empty apart from what is absent: metadata, scopes',
  ],
  [
    'fails for an unknown account',
    () => ({ findAccount: () => Promise.reject(new Error('no rows')) }),
    'gives undefined for an account that it does not have',
  ],
  [
    'makes an account that it is to update',
    (real) => ({
      updateAccount: async (id: string, changes: object) => {
        await real
          .createAccount({ id, state: 'enabled', scopes: [], createdAt: new Date(), ...changes })
          .catch(() => 0);
        return real.updateAccount(id, changes);
      },
    }),
    'gives undefined for an account that it does not have',
  ],
  [
    'replaces an account whose id is taken',
    (real) => ({
      createAccount: async (account: ServiceAccount) => {
        await real.deleteAccount(account.id);
        await real.createAccount(account);
      },
    }),
    'refuses an account whose id is taken with ConflictError, and keeps the first',
  ],
  [
    'lets the error of its database through',
    (real) => ({
      createAccount: (account: ServiceAccount) =>
        real.createAccount(account).catch(() => Promise.reject(new Error('duplicate key value'))),
    }),
    'refuses an account whose id is taken with ConflictError, and keeps the first',
    'takes one of many accounts with the same id at the same moment',
  ],
  [
    'looks first, then writes',
    (real) => ({
      createAccount: async (account: ServiceAccount) => {
        if (await real.findAccount(account.id)) throw new ConflictError();
        await turn();
        await real.deleteAccount(account.id);
        await real.createAccount(account);
      },
    }),
    'takes one of many accounts with the same id at the same moment',
  ],
  [
    'writes the whole account anew',
    (real) => ({
      updateAccount: async (id: string, changes: object) => {
        const { state = 'enabled', createdAt = new Date() } = (await real.findAccount(id)) ?? {};
        if (!(await real.deleteAccount(id))) return undefined;
        await real.createAccount({ id, state, scopes: [], createdAt, ...changes });
        return real.findAccount(id);
      },
    }),
    'changes what is given of an account, and nothing else',
    'changes nothing of an account for a change that is undefined, or that is what it is',
    "never changes an account's id and createdAt, though changes name them",
  ],
  [
    'reads an account, changes it and writes it back',
    (real) => ({
      updateAccount: async (id: string, changes: object) => {
        const read = await real.findAccount(id);
        await turn();
        return real.updateAccount(id, { ...read, ...changes });
      },
    }),
    'keeps all of several changes of an account at the same moment',
  ],
  [
    'gives the account as it was before the update',
    (real) => ({
      updateAccount: async (id: string, changes: object) => {
        const before = await real.findAccount(id);
        await real.updateAccount(id, changes);
        return before;
      },
    }),
    'changes what is given of an account, and nothing else',
  ],
  [
    'takes an update that changes no row for one that finds none',
    (real) => ({
      updateAccount: async (id: string, changes: object) => {
        const before = JSON.stringify(await real.findAccount(id));
        const after = await real.updateAccount(id, changes);
        return JSON.stringify(after) === before ? undefined : after;
      },
    }),
    'changes nothing of an account for a change that is undefined, or that is what it is',
  ],
  [
    'keeps and gives the objects themselves',
    shared,
    'copies what it is given and what it gives of accounts',
    "never changes an account's id and createdAt, though changes name them",
  ],
];
