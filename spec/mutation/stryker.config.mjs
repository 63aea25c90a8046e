import { tmpdir } from 'node:os';
import { join } from 'node:path';

// A mutant may start a bcrypt check that takes days: it must not take the threads that the next one needs,
process.env.UV_THREADPOOL_SIZE = '32';

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'jest',
  jest: { configFile: 'spec/mutation/jest.config.ts', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // What only runs as a file is loaded (patterns, constants) would be judged by every spec file: hours.
  ignoreStatic: true,
  // Of the time that all specs take: one that never ends must not cost minutes.
  timeoutFactor: 0.2,
  timeoutMS: 15_000,
  // and ends with its process.
  maxTestRunnerReuse: 100,
  mutate: [
    'lib/assertions/*.ts',
    'lib/credentials/{bcrypt,client,find-credential,opaque-token,prove-secret,scrypt,secret-hash,slow-checks}.ts',
    'lib/errors/*.ts',
    'lib/guard/*.ts',
    'lib/http/{authorization,basic,challenge}.ts',
    'lib/jwt/*.ts',
    'lib/keys/{imported-keys,jwk}.ts',
    'lib/replay/*.ts',
    'lib/strategies/*.ts',
  ],
  ignorePatterns: ['/bench', '/docs', '/examples', '/dist', '/coverage'],
  thresholds: { high: 95, low: 90, break: 90 },
  incremental: true,
  incrementalFile: 'reports/mutation/incremental.json',
  // Outside: Jest would find every package.json twice.
  tempDirName: join(tmpdir(), 'frontier-token-mutation'),
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  checkers: [],
  // Types are checked elsewhere, and ts-jest does not.
  disableTypeChecks: false,
};
