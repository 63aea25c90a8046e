import type { ServiceAccountStore } from '../credentials/contract.js';
import { copyCredential } from '../credentials/copies.js';
import { same } from './breach.js';
import type { Rule } from './contract-rule.js';
import { changesNothingElse, copies, keepsCredential, LATER, ownerIn, refusesOrphan, SOON } from './kept-credential.js';
import { aKey, anAccount, aSecret, RSA_KEY } from './records.js';
import { refused } from './refusal.js';

/** What is kept of public keys: a store of secrets alone leaves these rules out. */
export const keptKeyRules: readonly Rule<ServiceAccountStore>[] = [
  {
    title: 'keeps public keys as they were given, wherever they are seen',
    async check(store) {
      const robot = await ownerIn(store);
      const publicKey = { ...RSA_KEY, key_ops: ['verify'] };
      const held = [aKey(robot, { title: 'key', expiresAt: LATER, publicKey }), aSecret(robot), aKey(robot)];
      for (const each of held) await store.createCredential(copyCredential(each));
      for (const each of held) await keepsCredential(store, each, 'a credential is kept as it was given');
    },
  },
  {
    title: 'refuses a public key whose id a secret has with ConflictError, and a secret whose id a public key has',
    async check(store) {
      const [robot, other] = [await ownerIn(store), await ownerIn(store)];
      const [secret, key] = [aSecret(robot), aKey(robot)];
      for (const each of [secret, key]) await store.createCredential(copyCredential(each));
      const promise = 'ids of credentials are unique, whatever their type';
      const rivals = [aKey(other, { id: secret.id }), aSecret(other, { id: key.id })];
      for (const rival of rivals) await refused(store.createCredential(rival), ['ConflictError'], promise);
      for (const each of [secret, key]) await keepsCredential(store, each, promise);
    },
  },
  {
    title: 'refuses a public key for an account that does not exist with NotFoundError',
    check: (store) => refusesOrphan(store, aKey(anAccount())),
  },
  {
    title: 'changes what is given of a public key, and nothing else',
    async check(store) {
      const robot = await ownerIn(store);
      await changesNothingElse(store, aKey(robot, { expiresAt: SOON }), aKey(robot));
    },
  },
  {
    title: 'copies what it is given and what it gives of public keys',
    async check(store) {
      await copies(store, aKey(await ownerIn(store), { expiresAt: SOON }));
    },
  },
  {
    title: 'deletes the public keys of an account with it',
    async check(store) {
      const robot = anAccount();
      const key = aKey(robot);
      await store.createAccount(robot);
      await store.createCredential(key);
      await store.deleteAccount(robot.id);
      await store.createAccount(robot);
      const promise = 'the credentials of an account go with it';
      same(await store.findCredential(key.id), undefined, `${promise} (findCredential)`);
      same(await store.listCredentials(robot.id), [], `${promise} (listCredentials)`);
    },
  },
];
