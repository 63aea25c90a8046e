/** Something that takes time; which milliseconds of it count, it knows itself. */
export type Probe = () => Promise<number>;

/** How much longer than the first each probe takes: the median of the ratios within a round, 1 where they are alike. */
export type Ratios = Record<string, number>;

/** How long to go on. */
export interface Effort {
  /** Rounds before the first look, and between two. */
  rounds: number;
  /** Looks at most. */
  looks: number;
  /** What each median must be known to, in 99 of 100 cases. */
  precision: number;
}

/**
 * Runs the probes in rounds, in another order each time: whatever else the machine does hits all of them alike, and a
 * ratio is one of neighbours in time. A busy machine takes more rounds: they go on until the medians are precise, and
 * not until they look right, which would be to choose.
 */
export async function compare(probes: Record<string, Probe>, { rounds, looks, precision }: Effort): Promise<Ratios> {
  const names = Object.keys(probes);
  const ratios = new Map(names.map((name) => [name, [] as number[]]));
  for (let look = 0; look < looks; look += 1) {
    for (let round = 0; round < rounds; round += 1) {
      const took = new Map<string, number>();
      for (const name of shuffled(names)) took.set(name, await probes[name]!());
      const reference = took.get(names[0]!)!;
      for (const [name, time] of took) ratios.get(name)!.push(time / reference);
    }
    const all = [...ratios.values()].map((each) => each.sort((a, b) => a - b));
    if (all.every((sorted) => uncertainty(sorted) <= precision)) break;
  }
  return Object.fromEntries([...ratios].map(([name, sorted]) => [name, sorted[sorted.length >> 1]!]));
}

/** How far the median may be off in 99 of 100 cases: the order statistics around it, without a word on the distribution. */
function uncertainty(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  const reach = Math.min(middle, Math.ceil(1.29 * Math.sqrt(sorted.length)));
  return (sorted[Math.min(middle + reach, sorted.length - 1)]! - sorted[middle - reach]!) / 2;
}

/** Whether no probe differs from the first by more than this part. */
export function areAlike(ratios: Ratios, tolerance: number): boolean {
  return Object.values(ratios).every((ratio) => Math.abs(Math.log(ratio)) <= Math.log(1 + tolerance));
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
