/** Milliseconds that pay for one fetch. */
const PERIOD = 10_000;
/** Fetches at once, after a quiet time. With one more each period: at most 10 in any 60 seconds. */
const BURST = 4;

/** How often a JWKS may be fetched, whatever makes a guard want to. */
export class FetchBudget {
  /** When the fetches so far will be paid for. */
  private paidUntil = -Infinity;

  /** @param now milliseconds, monotonic */
  constructor(private readonly now: () => number) {}

  /** Whether a fetch may be made now. One that may counts as made. */
  spend(): boolean {
    const now = this.now();
    const paidUntil = Math.max(this.paidUntil, now) + PERIOD;
    if (paidUntil - now > BURST * PERIOD) return false;
    this.paidUntil = paidUntil;
    return true;
  }
}
