import { setImmediate as turn } from 'node:timers/promises';
import { ConflictError, type Credential } from 'frontier-token';
import type { BrokenStore } from './broken.js';

const notFound = () => Promise.reject(new Error('no rows'));

export const credentials: BrokenStore[] = [
  [
    'keeps no more of a credential than its hash',
    (real) => ({
      createCredential: ({ title: _, ...credential }: Credential) => real.createCredential(credential),
    }),
    'keeps credentials as they were given, wherever they are seen',
    'keeps public keys as they were given, wherever they are seen',
  ],
  [
    'gives null for what was undefined',
    (real) => ({
      listCredentials: async (id: string) => (await real.listCredentials(id)).map((each) => ({ title: null, ...each })),
    }),
    'keeps a credential without the members that were undefined',
  ],
  [
    'fails for the credentials of an account that does not exist',
    (real) => ({
      listCredentials: async (id: string) => ((await real.findAccount(id)) ? real.listCredentials(id) : notFound()),
    }),
    'lists the credentials of one account, none for an account that has none or does not exist',
    'takes ids of any length and characters for unknown in every method, and never fails',
  ],
  [
    'lists the credentials of all accounts',
    (real) => ({
      listCredentials: async () =>
        (await Promise.all((await real.listAccounts()).map(({ id }) => real.listCredentials(id)))).flat(),
    }),
    'lists the credentials of one account, none for an account that has none or does not exist',
  ],
  [
    'refuses an id that is taken only for the same account',
    (real) => ({
      createCredential: async (credential: Credential) => {
        const taken = await real.findCredential(credential.id);
        if (taken?.accountId === credential.accountId) throw new ConflictError();
        if (!taken) await real.createCredential(credential);
      },
    }),
    'refuses a credential whose id is taken with ConflictError, by whatever account, and keeps the first',
  ],
  [
    'has ids for secrets and ids for public keys',
    (real) => ({
      createCredential: async (credential: Credential) => {
        const taken = await real.findCredential(credential.id);
        if (!taken || taken.type === credential.type) await real.createCredential(credential);
      },
    }),
    'refuses a public key whose id a secret has with ConflictError, and a secret whose id a public key has',
  ],
  [
    'has an error of its own for an id that is taken',
    (real) => ({
      createCredential: async (credential: Credential) => {
        if (await real.findCredential(credential.id)) throw new Error('taken');
        await turn();
        await real.createCredential(credential);
      },
    }),
    'refuses a credential whose id is taken with ConflictError, by whatever account, and keeps the first',
  ],
  [
    'says that every credential was taken',
    (real) => ({ createCredential: (credential: Credential) => real.createCredential(credential).catch(() => 0) }),
    'takes one of many credentials with the same id at the same moment',
    'refuses a credential for an account that does not exist with NotFoundError, and keeps nothing',
  ],
  [
    'makes the account that is missing',
    (real) => ({
      createCredential: async (credential: Credential) => {
        const { accountId: id, createdAt } = credential;
        await real.createAccount({ id, state: 'enabled', scopes: [], createdAt }).catch(() => 0);
        await real.createCredential(credential);
      },
    }),
    'refuses a credential for an account that does not exist with NotFoundError, and keeps nothing',
    'refuses a public key for an account that does not exist with NotFoundError',
  ],
  [
    'reads a credential, changes it and writes it back',
    (real) => ({
      updateCredential: async (id: string, changes: object) => {
        const read = await real.findCredential(id);
        await turn();
        return real.updateCredential(id, { ...read, ...changes });
      },
    }),
    'keeps all of several changes of a credential at the same moment',
  ],
  [
    'updates all credentials of the account',
    (real) => ({
      updateCredential: async (id: string, changes: object) => {
        const updated = await real.updateCredential(id, changes);
        for (const each of updated ? await real.listCredentials(updated.accountId) : []) {
          await real.updateCredential(each.id, changes);
        }
        return updated;
      },
    }),
    'changes what is given of a credential, and nothing else',
    'changes what is given of a public key, and nothing else',
  ],
  [
    'takes back a revocation where no date is given',
    (real) => {
      const free = new Set<string>();
      return {
        updateCredential: async (id: string, changes: { revokedAt?: Date }) => {
          if (changes.revokedAt === undefined) free.add(id);
          return real.updateCredential(id, changes);
        },
        findCredential: async (id: string) => {
          const found = await real.findCredential(id);
          if (found && free.has(id)) delete found.revokedAt;
          return found;
        },
      };
    },
    'changes nothing of a credential for a change that is undefined, or that is what it is',
  ],
  [
    'fails for the update of an unknown credential',
    (real) => ({
      updateCredential: async (id: string, changes: object) => (await real.updateCredential(id, changes)) ?? notFound(),
    }),
    'gives undefined for the update of a credential that it does not have, and makes none',
    'deletes an account with its credentials, and no other',
  ],
  [
    'writes whatever an update names',
    (real) => {
      const written = new Map<string, object>();
      return {
        updateCredential: async (id: string, changes: object) => {
          written.set(id, changes);
          return real.updateCredential(id, changes);
        },
        findCredential: async (id: string) => {
          const found = await real.findCredential(id);
          return found && { ...found, ...written.get(id) };
        },
      };
    },
    "never changes a credential's id, account, hash and createdAt, though changes name them",
  ],
  [
    'keeps a date of the caller',
    (real) => {
      const dates = new Map<string, Date | undefined>();
      return {
        createCredential: async (credential: Credential) => {
          await real.createCredential(credential);
          if (credential.expiresAt) dates.set(credential.id, credential.expiresAt);
        },
        findCredential: async (id: string) => {
          const found = await real.findCredential(id);
          const expiresAt = dates.get(id);
          return found && { ...found, ...(expiresAt && { expiresAt }) };
        },
      };
    },
    'copies what it is given and what it gives of credentials',
    'copies what it is given and what it gives of public keys',
  ],
];
