import type { JsonWebKey } from './json-web-key.js';
import { verificationKey, type VerificationKey } from './jwk.js';

/** Of a generation; some kilobytes each. */
const MAX_KEYS = 1000;
/** Characters, above what the largest key takes: who publishes a key chooses how long its members are. */
const MAX_LENGTH = 8192;

type Outcome = { key: VerificationKey } | { fault: Error };

/**
 * The public keys in use, by their content, whatever objects a store gives: to import a key takes as long as to check a
 * signature with it, two milliseconds for P-521. Of one that can't be imported the reason is kept.
 *
 * Kept in two generations: one that was not used while the younger filled up goes with the older. So the last thousand
 * in use stay, and it takes one look-up for a key, where a list in order of use would be rewritten for each.
 */
export class ImportedKeys {
  private younger = new Map<string, Outcome>();
  private older = new Map<string, Outcome>();

  /** @throws TypeError as `verificationKey` does */
  import({ kty, alg, use, key_ops, n, e, crv, x, y, d }: JsonWebKey): VerificationKey {
    // That a key is private counts, not its secret: that is not to stay here.
    const jwk = { kty, alg, use, key_ops, n, e, crv, x, y, d: d === undefined ? d : '' };
    const content = JSON.stringify(jwk);
    if (content.length > MAX_LENGTH) throw new TypeError('the key is longer than any that is supported');
    const outcome = this.younger.get(content) ?? this.keep(content, this.older.get(content) ?? outcomeOf(jwk));
    if ('fault' in outcome) throw outcome.fault;
    return outcome.key;
  }

  private keep(content: string, outcome: Outcome): Outcome {
    if (this.younger.size >= MAX_KEYS) [this.older, this.younger] = [this.younger, new Map<string, Outcome>()];
    this.younger.set(content, outcome);
    return outcome;
  }
}

function outcomeOf(jwk: JsonWebKey): Outcome {
  try {
    return { key: verificationKey(jwk) };
  } catch (thrown) {
    return { fault: thrown as Error };
  }
}
