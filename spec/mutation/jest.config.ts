import { join } from 'node:path';
import type { Config } from 'jest';

/** Specs that judge none of the mutated files, or nothing that the others don't: they would only cost time. */
const others = ['concurrency', 'managed-keys', 'mounting', 'openapi-answers', 'openapi-route', 'real-clients'].map(
  (name) => `/spec/http/${name}\\.spec\\.ts$`,
);

/** The specs that mutants are run against: `npm run test:mutation`. Express 5 only, and without the OpenAPI document. */
const config: Config = {
  rootDir: '../..',
  preset: './spec/jest-preset.mjs',
  testTimeout: 30_000,
  runner: join(__dirname, 'runner.mjs'),
  testEnvironment: join(__dirname, 'environment.mjs'),
  testMatch: [
    '<rootDir>/spec/{credentials,errors,guard,http,keys,replay,strategies}/**/*.spec.ts',
    '<rootDir>/spec/cli/client.spec.ts',
  ],
  testPathIgnorePatterns: ['/node_modules/', ...others],
};

export default config;
