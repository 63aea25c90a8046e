import type { JsonWebKey } from '../../keys/json-web-key.js';
import type { SigningKey } from '../../keys/contract.js';
import { loadKey, type LoadedKey } from '../../keys/load-key.js';
import type { SigningKeyRow } from '../schema.js';
import type { KeyCipher } from './cipher.js';

/** A decrypted key, which remembers when it last signed. */
export class HeldKey {
  readonly jwk: JsonWebKey;
  readonly signer: SigningKey;
  /** Milliseconds since 1970; 0 where it never signed. */
  lastSignedAt = 0;

  constructor({ signer, jwk }: LoadedKey) {
    this.jwk = Object.freeze(jwk);
    this.signer = Object.freeze({
      ...signer,
      sign: (data: Uint8Array) => {
        this.lastSignedAt = Date.now();
        return signer.sign(data);
      },
    });
  }
}

/** A row whose key can't be decrypted, or not be used. */
export class UnreadableKeyError extends Error {
  override readonly name = 'UnreadableKeyError';

  constructor(
    readonly kid: string,
    cause: unknown,
  ) {
    super(`the signing key ${kid} can't be used: ${(cause as Error).message}`, { cause });
  }
}

/** A row's key; both where the row was spoilt after it had been read. */
export interface Held {
  key?: HeldKey;
  problem?: UnreadableKeyError;
}

/** The keys in this process's memory. Each is decrypted once, and then kept as long as it has a row. */
export class HeldKeys {
  private readonly known = new Map<string, { sealed: string; key: HeldKey }>();

  constructor(private readonly cipher: KeyCipher) {}

  async of(row: SigningKeyRow): Promise<Held> {
    const { kid, private_key: sealed } = row;
    if (this.known.get(kid)?.sealed === sealed) return { key: this.known.get(kid)?.key };
    try {
      const loaded = await loadKey(this.cipher.open(sealed, row), row);
      // Whoever read it at the same moment may be signing with it.
      const key = this.known.get(kid)?.key ?? new HeldKey(loaded);
      this.known.set(kid, { sealed, key });
      return { key };
    } catch (cause) {
      return { key: this.known.get(kid)?.key, problem: new UnreadableKeyError(kid, cause) };
    }
  }

  forgetAllBut(rows: readonly SigningKeyRow[]): void {
    const kids = new Set(rows.map(({ kid }) => kid));
    for (const kid of this.known.keys()) if (!kids.has(kid)) this.known.delete(kid);
  }
}
