/** 128 bits of an id's hash, in four numbers. Two ids with the same one can't be found; one would be refused as the other. */
export type Fingerprint = readonly [number, number, number, number];

const WORDS = 4;
/** A power of two. */
const FEWEST_SLOTS = 8;
/** Part of the claims: to drop a few would cost as much as to drop them all. */
const WORTH_DROPPING = 0.25;

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
    this.write(slot, print);
    this.filled += 1;
    // Where a quarter is free, a search ends after a few slots.
    if (this.filled > 0.75 * this.ends.length) this.rebuild(now);
    return true;
  }

  /** Drops what has ended, where that is a quarter of what is held. */
  dropEnded(now: number): void {
    const ended = this.filled - this.countLive(now);
    if (ended > 0 && ended >= WORTH_DROPPING * this.filled) this.rebuild(now);
  }

  private countLive(now: number): number {
    return this.ends.reduce((count, end) => (end > now ? count + 1 : count), 0);
  }

  /** The slot of its claim or, where there is none, the one that it would take. */
  private slotOf(print: Fingerprint): number {
    const last = this.ends.length - 1;
    let slot = print[0] & last;
    while (this.ends[slot] !== 0 && !this.holds(slot, print)) slot = (slot + 1) & last;
    return slot;
  }

  /** Word by word: `set` of four numbers takes a third of a claim's time. */
  private write(slot: number, print: Fingerprint): void {
    const at = WORDS * slot;
    const { prints } = this;
    print.forEach((word, index) => {
      prints[at + index] = word;
    });
  }

  private holds(slot: number, print: Fingerprint): boolean {
    const at = WORDS * slot;
    const { prints } = this;
    return print.every((word, index) => prints[at + index] === word);
  }

  /** Into arrays that fit: in place, a slot that is emptied would end the search for those behind it. */
  private rebuild(now: number): void {
    const { prints, ends } = this;
    const slots = slotsFor(this.countLive(now));
    this.prints = new Uint32Array(WORDS * slots);
    this.ends = new Float64Array(slots);
    this.filled = 0;
    ends.forEach((end, slot) => {
      if (end > now) this.claim(printAt(prints, slot), end, now);
    });
  }
}

function printAt(prints: Uint32Array, slot: number): Fingerprint {
  const word = (index: number) => prints[WORDS * slot + index] ?? 0;
  return [word(0), word(1), word(2), word(3)];
}

/** Half of them are free, at least. */
function slotsFor(claims: number): number {
  let slots = FEWEST_SLOTS;
  while (slots < 2 * claims) slots *= 2;
  return slots;
}
