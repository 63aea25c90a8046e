import { hash, randomBytes } from 'node:crypto';
import { ClaimTable, type Fingerprint } from './claim-table.js';
import type { ReplayStore } from './contract.js';

/** One table of a million claims stops the process for a tenth of a second when it grows; these grow in less than a millisecond. */
const SHARDS = 1024;
/** One shard at a time: a round over all of them takes 51 seconds, each turn of it less than a millisecond. */
const SWEEP_EVERY_MS = 50;

/**
 * Remembers claims in this process. Where several serve one issuer, each would take an assertion once: they need a
 * store in common.
 *
 * Claims are taken synchronously, so of two at the same moment one wins. Expired ones are dropped a few at a time.
 */
export class MemoryReplayStore implements ReplayStore {
  private readonly shards = new Array<ClaimTable | undefined>(SHARDS).fill(undefined);
  private nextShard = 0;
  private timer: NodeJS.Timeout | undefined;

  claim(id: string, expiresAt: Date): Promise<boolean> {
    const end = expiresAt.getTime();
    // Compared with NaN every claim would count as expired, and be given again.
    if (Number.isNaN(end)) return Promise.reject(new TypeError('claim: expiresAt must be a valid Date'));
    const print = fingerprint(id);
    const shard = (this.shards[print[3] % SHARDS] ??= new ClaimTable());
    this.timer ??= setInterval(() => {
      this.sweep();
    }, SWEEP_EVERY_MS).unref();
    return Promise.resolve(shard.claim(print, end, Date.now()));
  }

  /** How many claims are held, expired ones that were not yet dropped included. */
  get size(): number {
    return this.shards.reduce((sum, shard) => sum + (shard?.size ?? 0), 0);
  }

  private sweep(): void {
    this.shards[this.nextShard]?.dropEnded(Date.now());
    this.nextShard = (this.nextShard + 1) % SHARDS;
    if (this.nextShard > 0 || this.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

/** Of this process: who could compute fingerprints would choose "jti"s that all stand in each other's way. */
const SALT = randomBytes(8).toString('base64url');

function fingerprint(id: string): Fingerprint {
  // As text, a character for a byte: a buffer of its own costs several times as much.
  const digest = hash('sha256', SALT + id, 'binary');
  return [wordAt(digest, 0), wordAt(digest, 4), wordAt(digest, 8), wordAt(digest, 12)];
}

/** 32 bits, from 0 up. */
function wordAt(bytes: string, at: number): number {
  const byte = (index: number) => bytes.charCodeAt(at + index) << (8 * index);
  return (byte(0) | byte(1) | byte(2) | byte(3)) >>> 0;
}
