/** Does a piece of work again and again, never two at once. It keeps no process alive. */
export class Repeating {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  /**
   * @param every milliseconds from one start to the next, at most; some less, so that instances spread out
   * @param work never rejects, and ends
   */
  constructor(
    private readonly every: number,
    private readonly work: () => Promise<void>,
  ) {}

  start(): void {
    this.timer = setTimeout(() => void this.run(), this.every * (0.9 + 0.1 * Math.random())).unref();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    await this.work();
    if (!this.stopped) this.start();
  }
}
