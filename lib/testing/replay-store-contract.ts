import type { ReplayStore } from '../replay/contract.js';
import { contractRules, type ContractRule } from './contract-rule.js';
import { replayRules } from './replay-rules.js';
import { made } from './store-calls.js';

/** Makes an empty store. May be async. */
export type ReplayStoreFactory = () => ReplayStore | Promise<ReplayStore>;

/**
 * What every `ReplayStore` promises, as tests of any runner:
 *
 * ```ts
 * for (const { title, run } of replayStoreContract(() => emptyStore())) it(title, run);
 * ```
 *
 * @param factory called once for each rule; the store is empty
 */
export function replayStoreContract(factory: ReplayStoreFactory): readonly ContractRule[] {
  return contractRules(replayRules, () => made(factory));
}
