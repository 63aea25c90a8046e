import { FetchBudget } from '../../lib/guard/fetch-budget.js';

describe('the budget of fetches', () => {
  /** When fetches are made, in milliseconds, by somebody who wants one each `every` milliseconds. */
  function spend(every: number, until: number, from = 0): number[] {
    let now = from;
    const budget = new FetchBudget(() => now);
    const spent: number[] = [];
    for (; now <= until; now += every) if (budget.spend()) spent.push(now);
    return spent;
  }

  it.each([1, 7, 333, 999, 2500, 5999])('is at most 10 in any 60 seconds, asked each %i ms', (every) => {
    const spent = spend(every, 600_000);
    for (const start of spent) {
      expect(spent.filter((time) => time >= start && time <= start + 60_000).length).toBeLessThanOrEqual(10);
    }
    expect(spent.length).toBeGreaterThan(60);
  });

  it('allows four at once, and then one each ten seconds', () => {
    expect(spend(1000, 30_000)).toEqual([0, 1000, 2000, 3000, 10_000, 20_000, 30_000]);
  });

  it('is whole again after a quiet time, and no more than that', () => {
    let now = -5_000_000;
    const budget = new FetchBudget(() => now);
    const burst = () => [1, 2, 3, 4, 5, 6].filter(() => budget.spend()).length;
    expect(burst()).toBe(4);
    now += 3_600_000;
    expect(burst()).toBe(4);
  });
});
