import type { ReplayStore } from './contract.js';

/** One map of a million entries stops the process for a tenth of a second when it grows; these grow in microseconds. */
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
  /** By id: when the claim ends, in milliseconds since 1970. */
  private readonly shards = new Array<Map<string, number> | undefined>(SHARDS);
  private claims = 0;
  private nextShard = 0;
  private timer: NodeJS.Timeout | undefined;

  claim(id: string, expiresAt: Date): Promise<boolean> {
    const end = expiresAt.getTime();
    // Compared with NaN every claim would count as expired, and be given again.
    if (Number.isNaN(end)) return Promise.reject(new TypeError('claim: expiresAt must be a valid Date'));
    const shard = (this.shards[shardNumber(id)] ??= new Map<string, number>());
    const taken = shard.get(id);
    if (taken !== undefined && taken > Date.now()) return Promise.resolve(false);
    if (taken === undefined) this.claims += 1;
    shard.set(id, end);
    this.timer ??= setInterval(() => {
      this.sweep();
    }, SWEEP_EVERY_MS).unref();
    return Promise.resolve(true);
  }

  /** How many claims are held, expired ones that were not yet dropped included. */
  get size(): number {
    return this.claims;
  }

  private sweep(): void {
    const now = Date.now();
    const shard = this.shards[this.nextShard];
    this.nextShard = (this.nextShard + 1) % SHARDS;
    shard?.forEach((end, id) => {
      if (end > now) return;
      shard.delete(id);
      this.claims -= 1;
    });
    if (this.claims > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

/** FNV-1a: ids may share a beginning or an end. */
function shardNumber(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % SHARDS;
}
