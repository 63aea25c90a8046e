import type { AlgorithmName } from '../../jwa/algorithms.js';
import { generateKeys } from '../../keys/generate.js';
import { loadKey } from '../../keys/load-key.js';
import type { KeyCipher } from './cipher.js';
import { HeldKeys } from './held-keys.js';
import { KeyRing, RingKey, type Times } from './key-ring.js';
import type { SigningKeyTable } from './table.js';

/** The keys that all instances share: how this one sees them, and how it adds to them. */
export class SharedKeys {
  /** As last seen: what signs and verifies here while the database is down. */
  ring: KeyRing;
  private looks = 0;
  private seen = 0;
  private readonly held: HeldKeys;

  constructor(
    private readonly table: SigningKeyTable,
    private readonly cipher: KeyCipher,
    private readonly times: Times,
  ) {
    this.ring = new KeyRing([], times);
    this.held = new HeldKeys(cipher);
  }

  async look(): Promise<KeyRing> {
    const turn = (this.looks += 1);
    const rows = await this.table.rows();
    const keys = await Promise.all(rows.map(async (row) => new RingKey(row, await this.held.of(row))));
    const ring = new KeyRing(keys, this.times);
    // Of two looks at once the later knows more, and a table without a key to sign with is no reason to stop.
    if (turn > this.seen && ring.signingHere(Date.now())) {
      this.seen = turn;
      this.ring = ring;
      this.held.forgetAllBut(rows);
    }
    return ring;
  }

  /**
   * Adds the key that follows `newest`, unless another instance has.
   *
   * @param ahead milliseconds that it waits before it signs
   * @returns its `kid`; undefined where another instance was first
   */
  async follow(newest: RingKey | undefined, alg: AlgorithmName, ahead: number): Promise<string | undefined> {
    const { privateKey } = await generateKeys(alg);
    const { kid } = (await loadKey(privateKey, { alg })).signer;
    const now = Date.now();
    const added = await this.table.add({
      kid,
      alg,
      private_key: this.cipher.seal(privateKey, { kid, alg }),
      generation: (newest?.generation ?? 0) + 1,
      created_at: now,
      signs_from: now + ahead,
    });
    return added ? kid : undefined;
  }
}
