import type { AccountChanges, ServiceAccount, ServiceAccountStore } from '../credentials/contract.js';
import { copyAccount } from '../credentials/copies.js';
import { same } from './breach.js';
import type { Rule } from './contract-rule.js';
import { accountIn } from './read.js';
import { anAccount, newId, spoil } from './records.js';
import { onlyOne, refused } from './refusal.js';

/** With every member, and what a column may fail to hold. */
const full = (): ServiceAccount =>
  anAccount({
    title: `Nächtlicher "Export" 😀 — it's 100% \\ done`,
    orgId: 'acme/Ümläut',
    scopes: ['reports:write', 'reports:read', 'a,b', 'urn:x/y?z=%1_'],
    metadata: METADATA,
    createdAt: new Date('2024-03-31T02:30:00.007Z'),
  });

/** All that JSON has. */
const METADATA = {
  plan: 'gold',
  limits: { perDay: 10, burst: 1.5, none: null, on: true, off: false, low: -1 },
  tags: ['a', ['b', []], {}],
  'ключ "1"': '😀\n\t\\',
  empty: '',
};

/** What is kept of accounts. */
export const accountRules: readonly Rule<ServiceAccountStore>[] = [
  {
    title: 'keeps an account as it was given: every member, nested metadata, the order of scopes',
    async check(store) {
      const account = full();
      await store.createAccount(copyAccount(account));
      await keeps(store, account, 'an account is kept as it was given');
    },
  },
  {
    title: 'keeps an account without the members that were not given or were undefined',
    async check(store) {
      const [bare, undefinedMembers] = [anAccount(), anAccount()];
      await store.createAccount(copyAccount(bare));
      await store.createAccount({
        ...copyAccount(undefinedMembers),
        title: undefined,
        orgId: undefined,
        metadata: undefined,
      });
      const promise = 'members that were not given are absent: not null, not undefined, not empty';
      for (const account of [bare, undefinedMembers]) await keeps(store, account, promise);
    },
  },
  {
    title: 'keeps what is empty apart from what is absent: metadata, scopes',
    async check(store) {
      const account = anAccount({ metadata: {}, scopes: [] });
      await store.createAccount(copyAccount(account));
      await keeps(store, account, 'metadata {} stays {}, scopes [] stay []');
    },
  },
  {
    title: 'gives undefined for an account that it does not have',
    async check(store) {
      const id = newId();
      same(await store.findAccount(id), undefined, 'findAccount gives undefined for an id that it does not have');
      const updated = await store.updateAccount(id, { title: 'x' });
      same(updated, undefined, 'updateAccount gives undefined for an id that it does not have, and makes none');
      same(await store.findAccount(id), undefined, 'updateAccount makes no account');
    },
  },
  {
    title: 'refuses an account whose id is taken with ConflictError, and keeps the first',
    async check(store) {
      const first = full();
      await store.createAccount(copyAccount(first));
      const second = anAccount({ id: first.id, title: 'second', state: 'disabled' });
      await refused(store.createAccount(second), ['ConflictError'], 'an id that is taken is refused');
      await keeps(store, first, 'an account that was refused leaves the first as it was');
    },
  },
  {
    title: 'takes one of many accounts with the same id at the same moment',
    async check(store) {
      const id = newId();
      const rivals = Array.from({ length: 10 }, (_, index) => anAccount({ id, title: `rival ${index}` }));
      const taken = await onlyOne(
        rivals,
        (rival) => store.createAccount(copyAccount(rival)),
        'of accounts with the same id at the same moment exactly one is taken: leave it to a unique key',
      );
      await keeps(store, taken, 'the account that was taken is the one that is kept');
    },
  },
  {
    title: 'changes what is given of an account, and nothing else',
    async check(store) {
      const [account, other] = [full(), full()];
      for (const each of [account, other]) await store.createAccount(copyAccount(each));
      const steps: AccountChanges[] = [
        { state: 'disabled' },
        { title: 'new', scopes: [] },
        { metadata: { plan: null } },
        { orgId: 'other', scopes: ['a', 'b'], state: 'enabled' },
      ];
      for (const changes of steps) {
        Object.assign(account, changes);
        const changed = await store.updateAccount(account.id, changes);
        same(accountIn(changed), account, 'updateAccount gives the account as it is then, all of it');
        await keeps(store, account, 'updateAccount changes what is given, and keeps the rest');
      }
      await keeps(store, other, 'updateAccount changes no other account');
    },
  },
  {
    title: 'keeps all of several changes of an account at the same moment',
    async check(store) {
      const changes: AccountChanges[] = [
        { state: 'disabled' },
        { title: 'new' },
        { orgId: 'other' },
        { scopes: ['a'] },
        { metadata: { plan: null } },
      ];
      for (let round = 0; round < 5; round += 1) {
        const account = full();
        await store.createAccount(copyAccount(account));
        await Promise.all(changes.map((each) => store.updateAccount(account.id, each)));
        const promise = 'a change writes its own columns alone, in one statement: else a disabled account is enabled';
        await keeps(store, Object.assign(account, ...changes) as ServiceAccount, promise);
      }
    },
  },
  {
    title: 'changes nothing of an account for a change that is undefined, or that is what it is',
    async check(store) {
      const account = full();
      await store.createAccount(copyAccount(account));
      const none = { title: undefined, orgId: undefined, state: undefined, scopes: undefined, metadata: undefined };
      const { title, state } = account;
      for (const changes of [{}, none, { title, state }]) {
        const got = accountIn(await store.updateAccount(account.id, changes));
        same(
          got,
          account,
          'an update without a change gives the account as it is: "0 rows changed" is not "no such row"',
        );
        await keeps(store, account, 'a change that is undefined is none');
      }
    },
  },
  {
    title: "never changes an account's id and createdAt, though changes name them",
    async check(store) {
      const account = full();
      await store.createAccount(copyAccount(account));
      const id = newId();
      await store.updateAccount(account.id, { id, createdAt: new Date(0), title: 'new' } as AccountChanges);
      await keeps(store, { ...account, title: 'new' }, 'updateAccount writes the members that it knows, by name');
      same(await store.findAccount(id), undefined, 'updateAccount gives no account another id');
    },
  },
  {
    title: 'copies what it is given and what it gives of accounts',
    async check(store) {
      const account = full();
      const given = copyAccount(account);
      await store.createAccount(given);
      spoil(given);
      await keeps(store, account, 'createAccount keeps a copy of what it was given');

      const changes = { scopes: ['x'], metadata: { a: { b: 1 } } };
      const changed = await store.updateAccount(account.id, changes);
      Object.assign(account, { scopes: ['x'], metadata: { a: { b: 1 } } });
      for (const each of [changes, changed, await store.findAccount(account.id), await store.listAccounts()]) {
        spoil(each);
        await keeps(store, account, 'what a caller does with what it gave or was given changes nothing in the store');
      }
    },
  },
];

/** Wherever an account can be seen. */
async function keeps(store: ServiceAccountStore, account: ServiceAccount, promise: string): Promise<void> {
  same(accountIn(await store.findAccount(account.id)), account, `${promise} (findAccount)`);
  const listed = (await store.listAccounts()).find(({ id }) => id === account.id);
  same(accountIn(listed), account, `${promise} (listAccounts)`);
}
