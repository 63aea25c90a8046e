import type { MemoryStore, ServiceAccount } from 'frontier-token';
import type { BrokenStore } from './broken.js';

interface Page {
  limit?: number;
  after?: string;
}

/** A bug in `listAccounts`. */
const lists = (bug: (all: ServiceAccount[], page: Page) => ServiceAccount[]) => (real: MemoryStore) => ({
  listAccounts: async (page: Page = {}) => bug(await real.listAccounts(), page),
});

export const listing: BrokenStore[] = [
  [
    'lists a hundred by default',
    (real) => ({ listAccounts: (page: Page) => real.listAccounts({ limit: 100, ...page }) }),
    'lists all accounts where no limit is given, none where it has none',
  ],
  [
    'knows no limit',
    (real) => ({ listAccounts: ({ after }: Page = {}) => real.listAccounts({ after }) }),
    'lists the first accounts by id, as many as the limit says',
  ],
  [
    'lists from an id on, that one too',
    lists((all, { after = '', limit }) => all.filter(({ id }) => id >= after).slice(0, limit)),
    'lists the accounts behind an id, whether there is an account of that id or not',
    'comes by each account once, page by page, whatever the ids',
  ],
  [
    'lists behind the account of an id',
    lists((all, { after, limit }) => {
      const at = all.findIndex(({ id }) => id === after);
      return after !== undefined && at === -1 ? [] : all.slice(at + 1).slice(0, limit);
    }),
    'lists the accounts behind an id, whether there is an account of that id or not',
    'lists an account from the moment that it is made until it is deleted',
  ],
  [
    'sorts as people do',
    lists((all, { after = '', limit }) =>
      all
        .sort((a, b) => a.id.localeCompare(b.id))
        .filter(({ id }) => after === '' || id.localeCompare(after) > 0)
        .slice(0, limit),
    ),
    'lists accounts in the order of the bytes of their ids',
  ],
  [
    'lists in the order of creation',
    (real) => {
      const order: string[] = [];
      return {
        createAccount: async (account: ServiceAccount) => {
          await real.createAccount(account);
          order.push(account.id);
        },
        listAccounts: async () =>
          (await Promise.all(order.map((id) => real.findAccount(id)))).filter((each) => each !== undefined),
      };
    },
    'lists accounts in the order of the bytes of their ids',
    'lists an account from the moment that it is made until it is deleted',
  ],
  [
    'compares with after otherwise than it sorts',
    lists((all, { after = '', limit }) =>
      all.filter(({ id }) => after === '' || id.localeCompare(after) > 0).slice(0, limit),
    ),
    'comes by each account once, page by page, whatever the ids',
  ],
  [
    'keeps its first list',
    (real) => {
      let first: Promise<ServiceAccount[]> | undefined;
      return { listAccounts: () => (first ??= real.listAccounts()) };
    },
    'lists an account from the moment that it is made until it is deleted',
  ],
];
