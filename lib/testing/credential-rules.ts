import type { Credential, CredentialChanges, ServiceAccountStore } from '../credentials/contract.js';
import { copyCredential } from '../credentials/copies.js';
import { same } from './breach.js';
import type { Rule } from './contract-rule.js';
import { changesNothingElse, copies, keepsCredential, LATER, ownerIn, refusesOrphan, SOON } from './kept-credential.js';
import { credentialIn } from './read.js';
import { anAccount, aSecret, newId } from './records.js';
import { onlyOne, refused } from './refusal.js';

/** What is kept of credentials. */
export const credentialRules: readonly Rule<ServiceAccountStore>[] = [
  {
    title: 'keeps credentials as they were given, wherever they are seen',
    async check(store) {
      const robot = await ownerIn(store);
      const held = [
        aSecret(robot, { title: "it's 100% blue 😀", expiresAt: SOON, revokedAt: LATER }),
        aSecret(robot, { title: 'green', expiresAt: LATER }),
        aSecret(robot),
      ];
      for (const each of held) await store.createCredential(copyCredential(each));
      for (const each of held) await keepsCredential(store, each, 'a credential is kept as it was given');
    },
  },
  {
    title: 'keeps a credential without the members that were undefined',
    async check(store) {
      const secret = aSecret(await ownerIn(store));
      const none = { title: undefined, expiresAt: undefined, revokedAt: undefined };
      await store.createCredential({ ...copyCredential(secret), ...none });
      await keepsCredential(store, secret, 'members that were undefined are absent: not null, not undefined');
    },
  },
  {
    title: 'lists the credentials of one account, none for an account that has none or does not exist',
    async check(store) {
      const [robot, other, bare] = [await ownerIn(store), await ownerIn(store), await ownerIn(store)];
      const [ofRobot, ofOther] = [[aSecret(robot), aSecret(robot), aSecret(robot)], [aSecret(other)]];
      for (const each of [...ofRobot, ...ofOther]) await store.createCredential(each);
      for (const [{ id }, held] of [[robot, ofRobot] as const, [other, ofOther] as const, [bare, []] as const]) {
        const listed = (await store.listCredentials(id)).map((each) => each.id);
        same(listed.sort(), held.map((each) => each.id).sort(), 'all credentials of the account are listed, no others');
      }
      same(await store.listCredentials(newId()), [], 'an account that does not exist has no credentials: []');
    },
  },
  {
    title: 'refuses a credential whose id is taken with ConflictError, by whatever account, and keeps the first',
    async check(store) {
      const [robot, other] = [await ownerIn(store), await ownerIn(store)];
      const first = aSecret(robot, { title: 'first' });
      await store.createCredential(copyCredential(first));
      for (const rival of [aSecret(robot, { id: first.id }), aSecret(other, { id: first.id })]) {
        await refused(store.createCredential(rival), ['ConflictError'], 'an id that is taken is refused');
      }
      await keepsCredential(store, first, 'a credential that was refused leaves the first as it was');
      same(await store.listCredentials(other.id), [], 'a credential that was refused is not kept');
    },
  },
  {
    title: 'takes one of many credentials with the same id at the same moment',
    async check(store) {
      const robot = await ownerIn(store);
      const id = newId();
      const rivals = Array.from({ length: 10 }, (_, index) => aSecret(robot, { id, title: `rival ${index}` }));
      const taken = await onlyOne(
        rivals,
        (rival) => store.createCredential(copyCredential(rival)),
        'of credentials with the same id at the same moment exactly one is taken: leave it to a unique key',
      );
      await keepsCredential(store, taken, 'the credential that was taken is the one that is kept');
    },
  },
  {
    title: 'refuses a credential for an account that does not exist with NotFoundError, and keeps nothing',
    async check(store) {
      const nobody = anAccount();
      await refusesOrphan(store, aSecret(nobody));
      await store.createAccount(nobody);
      same(
        await store.listCredentials(nobody.id),
        [],
        'an account made later has no credential that was refused before',
      );
    },
  },
  {
    title: 'changes what is given of a credential, and nothing else',
    async check(store) {
      const robot = await ownerIn(store);
      await changesNothingElse(store, aSecret(robot, { title: 'blue' }), aSecret(robot));
    },
  },
  {
    title: 'keeps all of several changes of a credential at the same moment',
    async check(store) {
      const robot = await ownerIn(store);
      const changes: CredentialChanges[] = [{ revokedAt: SOON }, { title: 'green' }, { expiresAt: LATER }];
      for (let round = 0; round < 5; round += 1) {
        const secret = aSecret(robot, { title: 'blue', expiresAt: SOON });
        await store.createCredential(copyCredential(secret));
        await Promise.all(changes.map((each) => store.updateCredential(secret.id, each)));
        const promise = 'a change writes its own columns alone, in one statement: else a revocation is undone';
        await keepsCredential(store, Object.assign(secret, ...changes) as Credential, promise);
      }
    },
  },
  {
    title: 'changes nothing of a credential for a change that is undefined, or that is what it is',
    async check(store) {
      const secret = aSecret(await ownerIn(store), { title: 'blue', expiresAt: SOON, revokedAt: LATER });
      await store.createCredential(copyCredential(secret));
      const none = { title: undefined, expiresAt: undefined, revokedAt: undefined };
      for (const changes of [{}, none, { title: 'blue', revokedAt: LATER }]) {
        const got = credentialIn(await store.updateCredential(secret.id, changes));
        same(
          got,
          secret,
          'an update without a change gives the credential as it is: "0 rows changed" is not "no such row"',
        );
        await keepsCredential(store, secret, 'a change that is undefined is none: a revoked credential stays revoked');
      }
    },
  },
  {
    title: 'gives undefined for the update of a credential that it does not have, and makes none',
    async check(store) {
      const robot = await ownerIn(store);
      const id = newId();
      const updated = await store.updateCredential(id, { revokedAt: SOON });
      same(updated, undefined, 'updateCredential gives undefined for an id that it does not have');
      same(await store.findCredential(id), undefined, 'updateCredential makes no credential');
      same(await store.listCredentials(robot.id), [], 'updateCredential makes no credential');
    },
  },
  {
    title: "never changes a credential's id, account, hash and createdAt, though changes name them",
    async check(store) {
      const [robot, other] = [await ownerIn(store), await ownerIn(store)];
      const secret = aSecret(robot);
      await store.createCredential(copyCredential(secret));
      const smuggled = {
        id: newId(),
        accountId: other.id,
        secretHash: 'sha256$x',
        createdAt: new Date(0),
        title: 'new',
      };
      await store.updateCredential(secret.id, smuggled);
      await keepsCredential(
        store,
        { ...secret, title: 'new' },
        'updateCredential writes title, expiresAt and revokedAt, by name',
      );
      same(await store.findCredential(smuggled.id), undefined, 'updateCredential gives no credential another id');
    },
  },
  {
    title: 'copies what it is given and what it gives of credentials',
    async check(store) {
      await copies(store, aSecret(await ownerIn(store), { expiresAt: SOON }));
    },
  },
  {
    title: 'finds credential and account as they are now: what was found before is not kept',
    async check(store) {
      const robot = await ownerIn(store);
      const secret = aSecret(robot);
      const promise =
        'findCredential gives credential and account as they are now: revoking and disabling count at once';
      same(await store.findCredential(secret.id), undefined, promise);
      await store.createCredential(secret);
      for (const state of ['disabled', 'enabled'] as const) {
        await store.findCredential(secret.id);
        await store.updateAccount(robot.id, { state, scopes: [`when:${state}`] });
        const account = (await store.findCredential(secret.id))?.account;
        same([account?.state, account?.scopes], [state, [`when:${state}`]], promise);
      }
      await store.updateCredential(secret.id, { revokedAt: SOON });
      same((await store.findCredential(secret.id))?.revokedAt, SOON, promise);
      await store.deleteAccount(robot.id);
      same(await store.findCredential(secret.id), undefined, promise);
    },
  },
];
