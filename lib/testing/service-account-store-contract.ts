import type { ServiceAccountStore } from '../credentials/contract.js';
import { accountRules } from './account-rules.js';
import { contractRules, type ContractRule } from './contract-rule.js';
import { credentialRules } from './credential-rules.js';
import { credentialStoreContract } from './credential-store-contract.js';
import { deletionRules } from './deletion-rules.js';
import { idRules } from './id-rules.js';
import { keptKeyRules } from './kept-key-rules.js';
import { listingRules } from './listing-rules.js';
import { made } from './store-calls.js';

/** Makes an empty store. May be async. */
export type ServiceAccountStoreFactory = () => ServiceAccountStore | Promise<ServiceAccountStore>;

/**
 * What every `ServiceAccountStore` promises, as tests of any runner; all that a `CredentialStore` promises included.
 *
 * ```ts
 * for (const { title, run } of serviceAccountStoreContract(() => emptyStore())) it(title, run);
 * ```
 *
 * @param factory called once for each rule; the store is empty
 */
export function serviceAccountStoreContract(factory: ServiceAccountStoreFactory): readonly ContractRule[] {
  const rules = [...accountRules, ...listingRules, ...credentialRules, ...keptKeyRules, ...deletionRules, ...idRules];
  const finding = credentialStoreContract(async ({ accounts, credentials }) => {
    const store = await made(factory);
    for (const account of accounts) await store.createAccount(account);
    for (const credential of credentials) await store.createCredential(credential);
    return store;
  });
  return [...finding, ...contractRules(rules, () => made(factory))];
}
