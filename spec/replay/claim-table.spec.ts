import fc from 'fast-check';
import { ClaimTable, type Fingerprint } from '../../lib/replay/claim-table.js';

/** Few homes, so that claims stand in each other's way; words that differ in one of four places only. */
const prints: fc.Arbitrary<Fingerprint> = fc.tuple(fc.nat(7), fc.nat(2), fc.nat(1), fc.nat(1));

describe('ClaimTable', () => {
  it('answers as a plain map does, whatever is claimed, ends and is dropped', () => {
    const claims = fc.record({
      print: prints,
      lasts: fc.integer({ min: -2, max: 60 }),
      later: fc.nat(3),
      drop: fc.boolean(),
    });
    const property = fc.property(fc.array(claims, { minLength: 50, maxLength: 400, size: 'max' }), (all) => {
      const table = new ClaimTable();
      const model = new Map<string, number>();
      let now = 1_790_000_000_000;
      for (const { print, lasts, later, drop } of all) {
        now += later;
        const taken = (model.get(print.join()) ?? 0) > now;
        expect(table.claim(print, now + lasts, now)).toBe(!taken);
        if (!taken) model.set(print.join(), now + lasts);
        if (drop) table.dropEnded(now);
        const live = [...model.values()].filter((end) => end > now).length;
        expect(table.size).toBeGreaterThanOrEqual(live);
        // What is a quarter and more is dropped.
        if (drop) expect(table.size * 0.75).toBeLessThanOrEqual(live);
      }
    });
    fc.assert(property, { numRuns: 50, seed: 1 });
  });

  const print = (number: number): Fingerprint => [number, 0, 0, 0];
  const holding = (claims: number, lasts: number) => {
    const table = new ClaimTable();
    for (let number = 0; number < claims; number += 1) table.claim(print(number), 1000 + lasts, 1000);
    return table;
  };

  it('keeps nothing of a claim that has ended when it is made', () => {
    expect([holding(4, 0).size, holding(4, -1000).size, holding(4, 1).size]).toEqual([0, 0, 4]);
  });

  it('counts a claim that is given again once', () => {
    const table = holding(1, 1);
    expect(table.claim(print(0), 1002, 1001)).toBe(true);
    expect(table.size).toBe(1);
  });

  it.each([
    [3, 3],
    [4, 5],
  ])('drops one that has ended where that is a quarter: beside %d others, it then holds %d', (others, held) => {
    const table = holding(others, 10);
    table.claim(print(100), 1001, 1000);
    table.dropEnded(1001);
    expect(table.size).toBe(held);
  });
});
