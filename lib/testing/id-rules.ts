import type { ServiceAccountStore } from '../credentials/contract.js';
import { same } from './breach.js';
import { inBatches } from './batches.js';
import type { Rule } from './contract-rule.js';
import { ID_PAIRS, ODD_IDS, shortened } from './ids.js';
import { anAccount, aSecret } from './records.js';
import { refused } from './refusal.js';

/** What ids promise, wherever one is given. */
export const idRules: readonly Rule<ServiceAccountStore>[] = [
  {
    title: 'holds accounts apart whose ids differ in a byte',
    async check(store) {
      await inBatches(ID_PAIRS, async ([one, other]) => {
        const promise = areDifferent(one, other);
        await store.createAccount(anAccount({ id: one, title: 'one' }));
        await isUnknown(store, other, promise);
        await store.createAccount(anAccount({ id: other, title: 'other' }));
        await store.createCredential(aSecret({ id: other }));
        const [first, second, ofFirst] = await Promise.all([
          store.findAccount(one),
          store.findAccount(other),
          store.listCredentials(one),
        ]);
        same([first?.title, second?.title, ofFirst], ['one', 'other', []], promise);
        same((await store.updateAccount(other, { title: 'changed' }))?.id, other, promise);
        same((await store.findAccount(one))?.title, 'one', promise);
        same(await store.deleteAccount(other), true, promise);
        same((await store.findAccount(one))?.title, 'one', promise);
      });
    },
  },
  {
    title: 'holds credentials apart whose ids differ in a byte',
    async check(store) {
      const robot = anAccount();
      await store.createAccount(robot);
      await inBatches(ID_PAIRS, async ([one, other]) => {
        const promise = areDifferent(one, other);
        await store.createCredential(aSecret(robot, { id: one, title: 'one' }));
        same(await store.findCredential(other), undefined, promise);
        same(await store.updateCredential(other, { title: 'changed' }), undefined, promise);
        await store.createCredential(aSecret(robot, { id: other, title: 'other' }));
        same((await store.findCredential(one))?.title, 'one', promise);
        same((await store.findCredential(other))?.title, 'other', promise);
      });
    },
  },
  {
    title: 'takes ids of any length and characters for unknown in every method, and never fails',
    async check(store) {
      await store.createAccount(anAccount());
      await inBatches(ODD_IDS, async (id) => {
        await isUnknown(store, id, `${shortened(id)} is unknown: answer so for what a column can not hold`);
      });
    },
  },
];

function areDifferent(one: string, other: string): string {
  const pair = `${shortened(one)} and ${shortened(other)}`;
  return `${pair} are different ids: compare byte for byte, mind the collation and the length of the column`;
}

async function isUnknown(store: ServiceAccountStore, id: string, promise: string): Promise<void> {
  const gives = async (method: string, call: Promise<unknown>, expected: unknown) => {
    same(await call, expected, `${promise} (${method})`);
  };
  await Promise.all([
    gives('findAccount', store.findAccount(id), undefined),
    gives('findCredential', store.findCredential(id), undefined),
    gives('updateAccount', store.updateAccount(id, { title: 'x' }), undefined),
    gives('updateCredential', store.updateCredential(id, { title: 'x' }), undefined),
    gives('listCredentials', store.listCredentials(id), []),
    gives('deleteAccount', store.deleteAccount(id), false),
    refused(store.createCredential(aSecret({ id })), ['NotFoundError'], `${promise} (createCredential)`),
  ]);
}
