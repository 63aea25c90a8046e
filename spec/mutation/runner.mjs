import runner from 'jest-runner';
import { readCovered } from './covered.mjs';

const TestRunner = runner.default ?? runner;

/** Spec files that killed a mutant, the last one first: the next mutant is often of the same few lines. */
const killers = [];

/**
 * Runs a mutant against the spec files that reach it only, the last killers and then the fastest first, until one
 * fails. Stryker's own filter goes by the names of specs: every file would be loaded for each mutant, and none left out
 * once it is killed.
 */
export default class MutationRunner extends TestRunner {
  async runTests(tests, watcher, options) {
    let killed = false;
    this.on('test-file-success', ([, { numFailingTests }]) => (killed ||= numFailingTests > 0));
    this.on('test-file-failure', () => (killed = true));
    const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
    for (const test of chosen(tests, mutant)) {
      if (killed) return;
      await super.runTests([test], watcher, { ...options, serial: true });
      if (killed && mutant !== undefined) killers.unshift(test.path);
    }
  }
}

function chosen(tests, mutant) {
  if (mutant === undefined) return tests;
  const took = new Map(
    readCovered()
      .filter(({ mutants }) => mutants.includes(mutant))
      .map(({ path, took }) => [path, took]),
  );
  const favourites = [...new Set(killers)].slice(0, 3);
  const cost = ({ path }) =>
    favourites.includes(path) ? favourites.indexOf(path) - favourites.length : took.get(path);
  return tests.filter(({ path }) => took.has(path)).sort((a, b) => cost(a) - cost(b));
}
