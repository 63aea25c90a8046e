import { availableParallelism } from 'node:os';
import type { Config } from 'jest';

const preset = './spec/jest-preset.mjs';

/** Every answer of the routes, in the specs of HTTP behaviour, is held against their OpenAPI document. */
const http: Config = {
  preset,
  testMatch: ['<rootDir>/spec/http/**/*.spec.ts'],
  moduleNameMapper: { '^frontier-token$': '<rootDir>/spec/support/openapi/entry.ts' },
  setupFilesAfterEnv: ['<rootDir>/spec/support/openapi/hold.ts'],
};

const config: Config = {
  // One more than there are cores: many specs wait, for a time limit or a server.
  maxWorkers: availableParallelism() + 1,
  // A slow machine is no failure: what must be quick says so itself.
  testTimeout: 30_000,
  projects: [
    {
      preset,
      displayName: 'core',
      testMatch: ['<rootDir>/spec/!(http|package|production|robust|support)/**/*.spec.ts'],
    },
    { ...http, displayName: 'express 5' },
    {
      ...http,
      displayName: 'express 4',
      moduleNameMapper: { ...http.moduleNameMapper, '^express$': '<rootDir>/node_modules/express4' },
    },
    {
      preset,
      displayName: 'package',
      testMatch: ['<rootDir>/spec/package/**/*.spec.ts'],
      globalSetup: '<rootDir>/spec/package/setup.ts',
      globalTeardown: '<rootDir>/spec/package/teardown.ts',
    },
  ],
};

export default config;
