import type { JsonWebKey } from 'node:crypto';
import type { KeyStore } from '../keys/contract.js';
import { verificationKey, type VerificationKey } from '../keys/jwk.js';
import { publicKeysOf } from '../keys/public-keys.js';
import { isObject } from '../values.js';
import { usableKey, type VerificationKeys } from './keys.js';

/** Imported keys to keep: many more than an issuer has at a time. */
const MAX_IMPORTED = 100;

interface LocalKeysOptions {
  keyStore: KeyStore;
  /** Milliseconds. */
  storeTimeout: number;
}

/** The keys of a key store in this process. It is asked for each token, so that a key that it drops is gone at once. */
export class LocalKeys implements VerificationKeys {
  /** By content, whatever objects the store gives: importing a key is far slower than this look-up. */
  private readonly imported = new Map<string, VerificationKey>();

  constructor(private readonly options: LocalKeysOptions) {}

  async find(kid: string): Promise<VerificationKey | undefined> {
    const { keyStore, storeTimeout } = this.options;
    for (const jwk of await publicKeysOf(keyStore, storeTimeout)) {
      const key = isObject(jwk) && jwk.kid === kid ? usableKey(jwk, (each) => this.import(each)) : undefined;
      if (key !== undefined) return key;
    }
    return undefined;
  }

  private import(jwk: JsonWebKey): VerificationKey {
    const content = JSON.stringify([jwk.kty, jwk.alg, jwk.use, jwk.key_ops, jwk.n, jwk.e, jwk.crv, jwk.x, jwk.y]);
    const known = this.imported.get(content);
    if (known !== undefined) return known;
    const key = verificationKey(jwk);
    if (this.imported.size >= MAX_IMPORTED) this.imported.clear();
    this.imported.set(content, key);
    return key;
  }
}
