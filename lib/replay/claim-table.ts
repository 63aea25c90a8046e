/** 128 bits, in four numbers: of two ids that are not equal, no two have the same. */
export type Fingerprint = readonly [number, number, number, number];

const WORDS = 4;
/** A power of two. */
const FEWEST_SLOTS = 8;

/**
 * Claims in arrays of numbers: as objects, a million of them would hold the process for a hundredth of a second at each
 * collection of garbage. A hash table with open addressing: a claim is in the first free slot from its home on.
 */
export class ClaimTable {
  /** Of each slot, its claim's fingerprint. */
  private prints = new Uint32Array(WORDS * FEWEST_SLOTS);
  /** Of each slot, when its claim ends, in milliseconds since 1970; 0 where it has had none. */
  private ends = new Float64Array(FEWEST_SLOTS);
  private filled = 0;

  /** How many claims are held, expired ones that were not yet dropped included. */
  get size(): number {
    return this.filled;
  }

  /** False where the claim was taken and has not ended. Times are in milliseconds since 1970. */
  claim(print: Fingerprint, end: number, now: number): boolean {
    const slot = this.slotOf(print);
    const taken = this.ends[slot] ?? 0;
    if (taken > now) return false;
    if (end <= now) return true;
    this.ends[slot] = end;
    if (taken !== 0) return true;
    this.prints.set(print, WORDS * slot);
    this.filled += 1;
    // Where a quarter is free, a search ends after a few slots.
    if (this.filled > 0.75 * this.ends.length) this.rebuild(now);
    return true;
  }

  /** Drops what has ended. */
  dropEnded(now: number): void {
    if (this.ends.some((end) => end !== 0 && end <= now)) this.rebuild(now);
  }

  /** The slot of its claim or, where there is none, the one that it would take. */
  private slotOf(print: Fingerprint): number {
    const last = this.ends.length - 1;
    let slot = print[0] & last;
    while (this.ends[slot] !== 0 && !this.holds(slot, print)) slot = (slot + 1) & last;
    return slot;
  }

  private holds(slot: number, print: Fingerprint): boolean {
    const at = WORDS * slot;
    const { prints } = this;
    return print.every((word, index) => prints[at + index] === word);
  }

  /** Into arrays that fit: in place, a slot that is emptied would end the search for those behind it. */
  private rebuild(now: number): void {
    const { prints, ends } = this;
    const slots = slotsFor(ends.reduce((count, end) => (end > now ? count + 1 : count), 0));
    this.prints = new Uint32Array(WORDS * slots);
    this.ends = new Float64Array(slots);
    this.filled = 0;
    ends.forEach((end, slot) => {
      if (end <= now) return;
      const [a = 0, b = 0, c = 0, d = 0] = prints.subarray(WORDS * slot);
      this.claim([a, b, c, d], end, now);
    });
  }
}

/** Half of them are free, at least. */
function slotsFor(claims: number): number {
  let slots = FEWEST_SLOTS;
  while (slots < 2 * claims) slots *= 2;
  return slots;
}
