import type { Credential, ServiceAccount, ServiceAccountStore } from '../credentials/contract.js';
import { inBatches } from './batches.js';
import { same } from './breach.js';
import type { Rule } from './contract-rule.js';
import { anAccount, aSecret, newId } from './records.js';

/** What `deleteAccount` promises. */
export const deletionRules: readonly Rule<ServiceAccountStore>[] = [
  {
    title: 'deletes an account with its credentials, and no other',
    async check(store) {
      const [robot, other] = [anAccount(), anAccount()];
      for (const each of [robot, other]) await store.createAccount(each);
      const [gone, kept] = [[aSecret(robot), aSecret(robot)], aSecret(other)];
      for (const each of [...gone, kept]) await store.createCredential(each);

      same(await store.deleteAccount(robot.id), true, 'deleteAccount gives true where there was an account');
      same(await store.findAccount(robot.id), undefined, 'an account that was deleted is not found');
      await holdsNone(store, robot, gone, 'the credentials of an account go with it');
      for (const { id } of gone) {
        same(
          await store.updateCredential(id, { title: 'x' }),
          undefined,
          'a credential that is gone can not be changed',
        );
      }
      same((await store.findCredential(kept.id))?.account?.id, other.id, "other accounts' credentials stay");
      same(
        (await store.listAccounts()).map(({ id }) => id),
        [other.id],
        'other accounts stay',
      );
    },
  },
  {
    title: 'gives false for the deletion of an account that it does not have',
    async check(store) {
      const robot = anAccount();
      await store.createAccount(robot);
      same(await store.deleteAccount(newId()), false, 'deleteAccount gives false where there was no account');
      await store.deleteAccount(robot.id);
      same(await store.deleteAccount(robot.id), false, 'deleteAccount gives false the second time');
    },
  },
  {
    title: 'revives no credential for an account of the same id made later',
    async check(store) {
      const robot = anAccount({ title: 'first', scopes: ['all'] });
      const held = [aSecret(robot), aSecret(robot)];
      await store.createAccount(robot);
      for (const each of held) await store.createCredential(each);
      await store.deleteAccount(robot.id);
      await store.createAccount(anAccount({ id: robot.id }));
      await holdsNone(store, robot, held, 'an account of the same id made later has none of the old credentials');
      const found = await store.findAccount(robot.id);
      same(
        [found?.title, found?.scopes],
        [undefined, []],
        'an account of the same id made later has nothing of the old',
      );
    },
  },
  {
    title: 'leaves no credential behind that is made while its account is deleted',
    async check(store) {
      for (let round = 0; round < 5; round += 1) {
        const robot = anAccount();
        await store.createAccount(robot);
        const held = Array.from({ length: 6 }, () => aSecret(robot));
        const create = (each: Credential) => store.createCredential(each);
        // Which of them comes first, and what the others are refused with, is the database's affair here.
        await Promise.allSettled([
          ...held.slice(0, 3).map(create),
          store.deleteAccount(robot.id),
          ...held.slice(3).map(create),
        ]);
        await store.deleteAccount(robot.id);
        await store.createAccount(robot);
        const promise =
          'a credential is made before its account is deleted, and goes with it, or is refused: use a foreign key';
        await holdsNone(store, robot, held, promise);
      }
    },
  },
  {
    title: 'revives no account and no credential that is changed while the account is deleted',
    async check(store) {
      for (let round = 0; round < 5; round += 1) {
        const robot = anAccount();
        const secret = aSecret(robot);
        await store.createAccount(robot);
        await store.createCredential(secret);
        await Promise.all([
          store.updateAccount(robot.id, { title: 'x' }),
          store.updateCredential(secret.id, { title: 'x' }),
          store.deleteAccount(robot.id),
        ]);
        const promise = 'a change comes before the deletion, or finds nothing to change: use an update, and no upsert';
        same(await store.findAccount(robot.id), undefined, `${promise} (findAccount)`);
        await holdsNone(store, robot, [secret], promise);
      }
    },
  },
];

async function holdsNone(
  store: ServiceAccountStore,
  { id }: ServiceAccount,
  credentials: readonly { id: string }[],
  promise: string,
): Promise<void> {
  same(await store.listCredentials(id), [], `${promise} (listCredentials)`);
  await inBatches(credentials, async (credential) => {
    same(await store.findCredential(credential.id), undefined, `${promise} (findCredential)`);
  });
}
