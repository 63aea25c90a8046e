import type { JsonWebKey } from '../../keys/json-web-key.js';
import type { KeyStore, SigningKey } from '../../keys/contract.js';
import type { SqlKeyStore } from '../../sql/sql-key-store.js';

/**
 * Signing keys as the table has them at this moment: what a command did beside the server counts at once. For a file,
 * where a look at the table costs less than a signature; over a network the key store's own pace must do.
 */
export class LatestKeys implements KeyStore {
  constructor(private readonly keys: SqlKeyStore) {}

  async signingKey(): Promise<SigningKey> {
    await this.look();
    return this.keys.signingKey();
  }

  async publicKeys(): Promise<JsonWebKey[]> {
    await this.look();
    return this.keys.publicKeys();
  }

  private async look(): Promise<void> {
    // Where it fails, the keys that are known go on, and the key store's next look tells of it.
    await this.keys.list().catch(() => undefined);
  }
}
