import type { Config } from 'jest';

/** Packages that are published as ES modules only: Jest's own loader needs them as CommonJS. */
const esModules = ['jose', 'oauth4webapi', 'openid-client'];

const base: Config = {
  testEnvironment: 'node',
  transform: { '^.+\\.[cm]?[jt]s$': ['ts-jest', { tsconfig: 'spec/tsconfig.json', diagnostics: false }] },
  transformIgnorePatterns: [`/node_modules/(?!(?:${esModules.join('|')})/)`],
  moduleNameMapper: {
    '^frontier-token$': '<rootDir>/lib/index.ts',
    // The sources name each other as Node does, by the compiled file.
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};

const config: Config = {
  // Each core: Jest would leave one idle, half of a small machine.
  maxWorkers: '100%',
  projects: [
    { ...base, displayName: 'core', testMatch: ['<rootDir>/spec/!(http|package|support)/**/*.spec.ts'] },
    { ...base, displayName: 'express 5', testMatch: ['<rootDir>/spec/http/**/*.spec.ts'] },
    {
      ...base,
      displayName: 'express 4',
      testMatch: ['<rootDir>/spec/http/**/*.spec.ts'],
      moduleNameMapper: { ...base.moduleNameMapper, '^express$': '<rootDir>/node_modules/express4' },
    },
    {
      ...base,
      displayName: 'package',
      testMatch: ['<rootDir>/spec/package/**/*.spec.ts'],
      globalSetup: '<rootDir>/spec/package/setup.ts',
      globalTeardown: '<rootDir>/spec/package/teardown.ts',
    },
  ],
};

export default config;
