import { AssertionError } from 'node:assert';
import type { MemoryStore } from 'frontier-token';
import type { ContractRule } from 'frontier-token/testing';

/** What is wrong with a thing (a store that …), how it is made of one that is right, and the rules that say so. */
export type Broken<Right> = [string, (right: Right) => object, ...string[]];

export type BrokenStore = Broken<MemoryStore>;

/** Specs that each of these breaks the promises that it is said to break, and that each promise is broken by one. */
export function breaks<Right>(
  broken: readonly Broken<Right>[],
  contractOf: (bug: (right: Right) => object) => readonly ContractRule[],
) {
  const cases = broken.flatMap(([what, bug, ...titles]) => titles.map((title) => [what, title, bug] as const));

  it.concurrent.each(cases)('one that %s breaks the promise: %s', async (_, title, bug) => {
    const { run } = contractOf(bug).find((rule) => rule.title === title)!;
    const failure: unknown = await run().catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(AssertionError);
    // Else the broken store itself would be broken in another way than it says.
    expect((failure as Error).message).not.toMatch(/(?:Type|Reference|Syntax)Error/);
  });

  it('break, one or the other, each promise of the contract', () => {
    const all = contractOf(() => ({})).map(({ title }) => title);
    expect([...new Set(cases.map(([, title]) => title))].sort()).toEqual(all.sort());
  });
}
