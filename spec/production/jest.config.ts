import type { Config } from 'jest';

/** What takes real servers, real processes and half a minute: `npm run test:production`, beside `npm test`. */
const config: Config = {
  displayName: 'production',
  rootDir: '../..',
  preset: './spec/jest-preset.mjs',
  testMatch: ['<rootDir>/spec/production/**/*.spec.ts'],
  testTimeout: 120_000,
  // One after the other: each is a load of its own.
  maxWorkers: 1,
};

export default config;
