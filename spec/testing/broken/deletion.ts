import { setImmediate as turn } from 'node:timers/promises';
import type { Credential, ServiceAccount } from 'frontier-token';
import type { BrokenStore } from './broken.js';

export const deletion: BrokenStore[] = [
  [
    'deletes all accounts',
    (real) => ({
      deleteAccount: async (id: string) => {
        const deleted = await real.deleteAccount(id);
        for (const each of await real.listAccounts()) await real.deleteAccount(each.id);
        return deleted;
      },
    }),
    'deletes an account with its credentials, and no other',
  ],
  [
    'says true for every deletion',
    (real) => ({ deleteAccount: async (id: string) => (await real.deleteAccount(id)) || true }),
    'gives false for the deletion of an account that it does not have',
  ],
  [
    'deletes an account by a mark, and leaves its credentials',
    (real) => {
      const deleted = new Set<string>();
      const seen = <T extends { id: string }>(account?: T) =>
        account && !deleted.has(account.id) ? account : undefined;
      return {
        createAccount: async (account: ServiceAccount) => {
          if (!deleted.delete(account.id)) return real.createAccount(account);
          await real.updateAccount(account.id, account);
        },
        findAccount: async (id: string) => seen(await real.findAccount(id)),
        listAccounts: async (page?: { limit?: number; after?: string }) => (await real.listAccounts(page)).filter(seen),
        findCredential: async (id: string) => {
          const found = await real.findCredential(id);
          return seen(found?.account) && found;
        },
        listCredentials: async (id: string) => (deleted.has(id) ? [] : real.listCredentials(id)),
        deleteAccount: async (id: string) => !!seen(await real.findAccount(id)) && !!deleted.add(id),
      };
    },
    'revives no credential for an account of the same id made later',
    'deletes the public keys of an account with it',
  ],
  [
    'looks for the account first, then writes the credential',
    (real) => {
      const orphans: Credential[] = [];
      return {
        createCredential: async (credential: Credential) => {
          if (!(await real.findAccount(credential.accountId))) return real.createCredential(credential);
          await turn();
          await real.createCredential(credential).catch(() => orphans.push(credential));
        },
        createAccount: async (account: ServiceAccount) => {
          await real.createAccount(account);
          for (const each of orphans.filter(({ accountId }) => accountId === account.id))
            await real.createCredential(each);
        },
      };
    },
    'leaves no credential behind that is made while its account is deleted',
  ],
  [
    'writes an account back that it has read',
    (real) => ({
      updateAccount: async (id: string, changes: object) => {
        const read = await real.findAccount(id);
        await turn();
        if (read) await real.createAccount({ ...read, ...changes }).catch(() => 0);
        return real.updateAccount(id, changes);
      },
    }),
    'revives no account and no credential that is changed while the account is deleted',
  ],
  [
    'writes a credential back that it has read',
    (real) => {
      const revived = new Map<string, Credential>();
      return {
        updateCredential: async (id: string, changes: object) => {
          const read = await real.findCredential(id);
          await turn();
          if (read && !(await real.findCredential(id))) revived.set(id, { ...read, ...changes });
          return real.updateCredential(id, changes);
        },
        findCredential: async (id: string) => revived.get(id) ?? real.findCredential(id),
      };
    },
    'revives no account and no credential that is changed while the account is deleted',
  ],
  [
    'cuts the ids of accounts off',
    (real) => ({ createAccount: (each: ServiceAccount) => real.createAccount({ ...each, id: each.id.slice(0, 254) }) }),
    'holds accounts apart whose ids differ in a byte',
  ],
  [
    'cuts the ids of credentials off',
    (real) => ({
      createCredential: (each: Credential) => real.createCredential({ ...each, id: each.id.slice(0, 254) }),
    }),
    'holds credentials apart whose ids differ in a byte',
  ],
  [
    'ignores the case of account ids',
    (real) => ({ findAccount: (id: string) => real.findAccount(id.toLowerCase()) }),
    'holds accounts apart whose ids differ in a byte',
  ],
];
