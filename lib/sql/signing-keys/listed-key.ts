import type { KeyRing } from './key-ring.js';

/** A signing key, for an operator's list. Nothing of the key itself. */
export interface ListedKey {
  kid: string;
  /** "alg" (Algorithm), RFC 7518 §3.1. */
  alg: string;
  /** `waiting`: published, and signs from `signsFrom` on. `retired`: published until `publishedUntil`. */
  state: 'waiting' | 'signing' | 'retired';
  createdAt: Date;
  signsFrom: Date;
  /** Absent where no other key is to follow yet. */
  publishedUntil?: Date;
}

/** From the newest to the oldest. */
export function listed(ring: KeyRing, now: number): ListedKey[] {
  const signing = ring.signing(now);
  return ring.keys.toReversed().map((key) => {
    const { kid, alg, createdAt, signsFrom } = key;
    const state = key === signing ? 'signing' : signsFrom > now ? 'waiting' : 'retired';
    const until = ring.publishedUntil(key);
    return {
      kid,
      alg,
      state,
      createdAt: new Date(createdAt),
      signsFrom: new Date(signsFrom),
      ...(Number.isFinite(until) ? { publishedUntil: new Date(until) } : {}),
    };
  });
}
