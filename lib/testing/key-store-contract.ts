import type { KeyStore } from '../keys/contract.js';
import { contractRules, type ContractRule } from './contract-rule.js';
import { keyRules } from './key-rules.js';
import { made } from './store-calls.js';

/** Makes a key store that is ready to sign. May be async. */
export type KeyStoreFactory = () => KeyStore | Promise<KeyStore>;

/**
 * What every `KeyStore` promises, as tests of any runner:
 *
 * ```ts
 * for (const { title, run } of keyStoreContract(() => keyStore())) it(title, run);
 * ```
 *
 * @param factory called once for each rule; the store has a key that signs
 */
export function keyStoreContract(factory: KeyStoreFactory): readonly ContractRule[] {
  return contractRules(keyRules, () => made(factory));
}
