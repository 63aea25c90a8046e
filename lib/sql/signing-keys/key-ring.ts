import type { SigningKeyRow } from '../schema.js';
import type { Held, UnreadableKeyError } from './held-keys.js';

/** A row of the table, and what this process holds of it. Times are milliseconds since 1970. */
export class RingKey {
  readonly kid: string;
  readonly alg: string;
  readonly generation: number;
  readonly createdAt: number;
  readonly signsFrom: number;
  /** Of the last signature that an instance reported. */
  readonly reportedAt: number;

  constructor(
    row: SigningKeyRow,
    readonly held: Held,
  ) {
    this.kid = row.kid;
    this.alg = row.alg;
    this.generation = row.generation;
    this.createdAt = Number(row.created_at);
    this.signsFrom = Number(row.signs_from);
    this.reportedAt = Number(row.last_signed_at ?? 0);
  }

  get lastSignedAt(): number {
    return Math.max(this.reportedAt, this.held.key?.lastSignedAt ?? 0);
  }
}

export interface Times {
  /** How long instances may take to learn of a new key, in milliseconds. */
  refreshEvery: number;
  /** Milliseconds from a key's last signature until it is no longer published. */
  keepFor: number;
}

/**
 * The keys at one look at the table. Which of them signs, and which are published, follows from the time alone: so all
 * instances change over at the same moment, without asking the database.
 */
export class KeyRing {
  /** @param keys by generation */
  constructor(
    readonly keys: readonly RingKey[],
    private readonly times: Times,
  ) {}

  get newest(): RingKey | undefined {
    return this.keys.at(-1);
  }

  /** The key that should sign: the newest whose time has come, or the first where a slow clock sees none. */
  signing(now: number, keys = this.keys): RingKey | undefined {
    return keys.findLast(({ signsFrom }) => signsFrom <= now) ?? keys[0];
  }

  /** The key that signs here: of those that could be read. */
  signingHere(now: number): RingKey | undefined {
    return this.signing(
      now,
      this.keys.filter(({ held }) => held.key),
    );
  }

  /** Infinity where no key has followed yet. */
  publishedUntil(key: RingKey): number {
    return Math.max(this.outOfUse(key), key.lastSignedAt) + this.times.keepFor;
  }

  published(now: number): RingKey[] {
    return this.keys.filter((key) => this.publishedUntil(key) > now);
  }

  /** A published key that can't be used here. */
  problem(now: number): UnreadableKeyError | undefined {
    return this.published(now).find(({ held }) => held.problem)?.held.problem;
  }

  /** Those that this instance signed with when all should have known better: it was cut off from the database. */
  signedLate(): RingKey[] {
    return this.keys.filter((key) => key.lastSignedAt > Math.max(this.outOfUse(key), key.reportedAt));
  }

  /** Those that nobody needs any more, the late instances included that come back with a signature of theirs. */
  lapsed(now: number): RingKey[] {
    return this.keys.filter((key) => this.publishedUntil(key) + this.times.keepFor <= now);
  }

  /** When the last instance has learnt of the key that follows. */
  private outOfUse({ generation }: RingKey): number {
    const later = this.keys.filter((key) => key.generation > generation).map(({ signsFrom }) => signsFrom);
    return Math.min(...later) + this.times.refreshEvery;
  }
}
