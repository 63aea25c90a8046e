import { hash } from 'node:crypto';
import type { JsonWebKey } from './json-web-key.js';
import { verificationKey, type VerificationKey } from './jwk.js';

/** Some kilobytes each. */
const MAX_KEYS = 1000;

type Outcome = { key: VerificationKey } | { fault: Error };

/**
 * The last public keys that were used, by their content, whatever objects a store gives: to import a key takes as long
 * as to check a signature with it, two milliseconds for P-521. Of one that can't be imported the reason is kept.
 */
export class ImportedKeys {
  private readonly outcomes = new Map<string, Outcome>();

  /** @throws TypeError as `verificationKey` does */
  import({ kty, alg, use, key_ops, n, e, crv, x, y, d }: JsonWebKey): VerificationKey {
    const jwk = { kty, alg, use, key_ops, n, e, crv, x, y, d };
    // A digest: who publishes a key chooses how long its members are.
    const content = hash('sha256', JSON.stringify(jwk), 'base64url');
    const outcome = this.outcomes.get(content) ?? outcomeOf(jwk);
    this.outcomes.delete(content);
    this.outcomes.set(content, outcome);
    const [longestUnused] = this.outcomes.keys();
    if (longestUnused !== undefined && this.outcomes.size > MAX_KEYS) this.outcomes.delete(longestUnused);
    if ('fault' in outcome) throw outcome.fault;
    return outcome.key;
  }
}

function outcomeOf(jwk: JsonWebKey): Outcome {
  try {
    return { key: verificationKey(jwk) };
  } catch (thrown) {
    return { fault: thrown as Error };
  }
}
