import type { ServiceAccountStore } from '../credentials/contract.js';
import { same } from './breach.js';
import type { Rule } from './contract-rule.js';
import { inBatches } from './batches.js';
import { anAccount, newId } from './records.js';

/** In the order of their bytes: UTF-8 and UTF-16 have it in common. */
const SORTED = ['!', '10', '2', 'A', 'Robot', 'Z', 'a', 'a!', 'aa', 'robot', 'robot-1', 'robot_1', 'z', 'é', 'я', '中'];

/** The order of these two they have not. */
const BEYOND = ['\uff5e', '\u{1f600}'];

/** More than what a page has by default in many a library. */
const MANY = 105;

/** What `listAccounts` promises. */
export const listingRules: readonly Rule<ServiceAccountStore>[] = [
  {
    title: 'lists all accounts where no limit is given, none where it has none',
    async check(store) {
      same(await ids(store), [], 'an empty store lists no accounts');
      const all = await create(store, newIds(MANY));
      for (const page of [undefined, {}, { limit: undefined, after: undefined }]) {
        same(await ids(store, page), all, 'without a limit all accounts are listed, by id');
      }
    },
  },
  {
    title: 'lists the first accounts by id, as many as the limit says',
    async check(store) {
      const all = await create(store, newIds(7));
      for (const limit of [1, 3, 7, 8, 1_000_000]) {
        same(await ids(store, { limit }), all.slice(0, limit), `limit ${limit} lists the first ${limit} by id`);
      }
    },
  },
  {
    title: 'lists the accounts behind an id, whether there is an account of that id or not',
    async check(store) {
      const all = await create(store, newIds(7));
      for (const after of [...all, ...newIds(3)]) {
        const behind = all.filter((id) => id > after);
        same(await ids(store, { after }), behind, `after '${after}' lists those whose id is greater`);
        same(
          await ids(store, { after, limit: 2 }),
          behind.slice(0, 2),
          `after '${after}' and limit 2 list two of them`,
        );
      }
    },
  },
  {
    title: 'lists accounts in the order of the bytes of their ids',
    async check(store) {
      await create(store, [...SORTED].reverse());
      const promise = 'accounts are listed in the order of the bytes of their ids: mind the collation';
      same(await ids(store), SORTED, promise);
      for (const after of ['', ' ', 'B', 'R', 'b', "robot'", 'zz', '\u{1f600}']) {
        const behind = SORTED.filter((id) => Buffer.compare(Buffer.from(id), Buffer.from(after)) > 0);
        same(await ids(store, { after }), behind, `${promise}, and those behind '${after}' likewise`);
      }
    },
  },
  {
    title: 'comes by each account once, page by page, whatever the ids',
    async check(store) {
      const all = await create(store, [...SORTED, ...BEYOND]);
      const seen: string[] = [];
      let page = await ids(store, { limit: 3 });
      while (page.length > 0 && seen.length <= all.length) {
        seen.push(...page);
        page = await ids(store, { limit: 3, after: page.at(-1) });
      }
      same(seen.sort(), all, 'pages that follow one another list each account once: compare with `after` as you sort');
    },
  },
  {
    title: 'lists an account from the moment that it is made until it is deleted',
    async check(store) {
      const [first = '', second = '', third = ''] = newIds(3).sort();
      await create(store, [first, third]);
      await ids(store);
      await create(store, [second]);
      same(await ids(store), [first, second, third], 'a new account is in the next list, in its place');
      await store.deleteAccount(first);
      same(await ids(store), [second, third], 'an account that was deleted is in no list');
      same(await ids(store, { after: first }), [second, third], 'a page can begin behind an account that was deleted');
    },
  },
];

const newIds = (count: number): string[] => Array.from({ length: count }, newId);

/** @returns the ids, sorted */
async function create(store: ServiceAccountStore, accountIds: readonly string[]): Promise<string[]> {
  await inBatches(accountIds, (id) => store.createAccount(anAccount({ id })));
  return [...accountIds].sort();
}

async function ids(store: ServiceAccountStore, page?: { limit?: number; after?: string }): Promise<string[]> {
  return (await store.listAccounts(page)).map(({ id }) => id);
}
