import { TestEnvironment } from 'jest-environment-node';
import { noteCovered } from './covered.mjs';

/**
 * In Stryker's first run, notes which mutants a spec file reaches: in its tests and, which Stryker counts as if they
 * were reached by loading it, before them. In the others, ends a file at its first failure.
 */
export default class MutationEnvironment extends TestEnvironment {
  started = performance.now();
  mutants = new Set();
  killed = false;

  constructor(config, context) {
    super(config, context);
    this.path = context.testPath;
  }

  handleTestEvent({ name, test }) {
    const first = process.env.__STRYKER_ACTIVE_MUTANT__ === undefined;
    const { currentTestId, mutantCoverage = { static: {}, perTest: {} } } = this.global.__stryker__ ?? {};
    if (first && name === 'run_start') {
      this.loaded = { ...mutantCoverage.static };
    } else if (first && name === 'test_done') {
      for (const id of Object.keys(mutantCoverage.perTest[currentTestId] ?? {})) this.mutants.add(id);
    } else if (first && name === 'run_finish') {
      for (const [id, hits] of Object.entries(mutantCoverage.static)) {
        if (hits !== this.loaded[id]) this.mutants.add(id);
      }
      noteCovered({ path: this.path, took: performance.now() - this.started, mutants: [...this.mutants] });
    } else if (name === 'test_done' && test.errors.length > 0) {
      this.killed = true;
    } else if (name === 'test_start' && this.killed) {
      test.mode = 'skip';
    }
  }
}
