import type { Config } from 'jest';

/** What looks for trouble with random input, faults, time and load: `npm run test:robust`, beside `npm test`. */
const config: Config = {
  displayName: 'robust',
  rootDir: '../..',
  preset: './spec/jest-preset.mjs',
  testMatch: ['<rootDir>/spec/robust/**/*.spec.ts'],
  globalSetup: '<rootDir>/spec/robust/announce.ts',
  setupFilesAfterEnv: ['<rootDir>/spec/robust/seeded.ts'],
  testTimeout: 300_000,
  // One after the other: they measure time and memory.
  maxWorkers: 1,
};

export default config;
