import type { Credential, CredentialStore, ServiceAccount } from '../credentials/contract.js';
import { copyAccount, copyCredential } from '../credentials/copies.js';
import { contractRules, type ContractRule } from './contract-rule.js';
import { findingKeyRules } from './finding-key-rules.js';
import { findingRules } from './finding-rules.js';
import { made } from './store-calls.js';

/** What the store under test must hold. */
export interface HeldRecords {
  accounts: ServiceAccount[];
  credentials: Credential[];
}

/** Makes a store that holds these records. May be async. */
export type CredentialStoreFactory = (held: HeldRecords) => CredentialStore | Promise<CredentialStore>;

/**
 * What every `CredentialStore` promises, as tests of any runner:
 *
 * ```ts
 * for (const { title, run } of credentialStoreContract(holding)) it(title, run);
 * ```
 *
 * Where the store has secrets alone, leave out the rules whose titles say "public key": no other has one.
 *
 * @param factory called once for each rule, with the accounts and credentials that the store must hold: new ids each
 *   time, all of them UUIDs, so that a table need not be emptied in between
 */
export function credentialStoreContract(factory: CredentialStoreFactory): readonly ContractRule[] {
  const rules = [...findingRules, ...findingKeyRules];
  return contractRules(rules, () => (accounts: ServiceAccount[], credentials: Credential[]) => {
    const held = { accounts: accounts.map(copyAccount), credentials: credentials.map(copyCredential) };
    return made(() => factory(held));
  });
}
