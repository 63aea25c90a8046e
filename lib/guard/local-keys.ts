import type { KeyStore } from '../keys/contract.js';
import { ImportedKeys } from '../keys/imported-keys.js';
import type { VerificationKey } from '../keys/jwk.js';
import { publicKeysOf } from '../keys/public-keys.js';
import { isObject } from '../values.js';
import { usableKey, type VerificationKeys } from './keys.js';

interface LocalKeysOptions {
  keyStore: KeyStore;
  /** Milliseconds. */
  storeTimeout: number;
}

/** The keys of a key store in this process. It is asked for each token, so that a key that it drops is gone at once. */
export class LocalKeys implements VerificationKeys {
  private readonly imported = new ImportedKeys();

  constructor(private readonly options: LocalKeysOptions) {}

  async find(kid: string): Promise<VerificationKey | undefined> {
    const { keyStore, storeTimeout } = this.options;
    const jwks = await publicKeysOf(keyStore, storeTimeout);
    return usableKey(
      jwks.filter(isObject).filter((jwk) => jwk.kid === kid),
      this.imported,
    );
  }
}
