interface Wait {
  /** Of `performance.now()`. */
  readonly end: number;
  readonly onEnd: () => void;
}

/**
 * Ends waits that last too long. All of one limit end in the order in which they began, so one timer serves them all,
 * however many requests are under way.
 */
export class TimeLimit {
  private readonly waits = new Set<Wait>();
  private timer: NodeJS.Timeout | undefined;

  /** @param limit milliseconds */
  private constructor(private readonly limit: number) {}

  private static readonly limits = new Map<number, TimeLimit>();

  /** The one for this many milliseconds; a process has as many as there are different options. */
  static of(limit: number): TimeLimit {
    let found = TimeLimit.limits.get(limit);
    if (!found) TimeLimit.limits.set(limit, (found = new TimeLimit(limit)));
    return found;
  }

  start(onEnd: () => void): Wait {
    const wait = { end: performance.now() + this.limit, onEnd };
    this.waits.add(wait);
    if (this.timer === undefined) this.arm(this.limit);
    return wait;
  }

  stop(wait: Wait): void {
    this.waits.delete(wait);
  }

  /** It keeps no process alive: what a host waits for does. */
  private arm(delay: number): void {
    this.timer = setTimeout(() => {
      // Once the event loop has taken in what came: after a stall the answers are there, and only we are late.
      setImmediate(() => {
        this.endOverdue();
      });
    }, delay).unref();
  }

  private endOverdue(): void {
    this.timer = undefined;
    const now = performance.now();
    for (const wait of this.waits) {
      if (wait.end > now) {
        this.arm(Math.ceil(wait.end - now));
        return;
      }
      this.waits.delete(wait);
      wait.onEnd();
    }
  }
}
