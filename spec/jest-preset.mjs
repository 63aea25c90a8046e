/** Packages that are published as ES modules only: Jest's own loader needs them as CommonJS. */
const esModules = ['jose', 'oauth4webapi', 'openid-client'];

/** How every Jest configuration of this package reads TypeScript and finds the package itself. */
export default {
  testEnvironment: 'node',
  transform: { '^.+\\.[cm]?[jt]s$': ['ts-jest', { tsconfig: 'spec/tsconfig.json', diagnostics: false }] },
  transformIgnorePatterns: [`/node_modules/(?!(?:${esModules.join('|')})/)`],
  moduleNameMapper: {
    '^frontier-token$': '<rootDir>/lib/index.ts',
    '^frontier-token/(sql|redis|testing)$': '<rootDir>/lib/$1/index.ts',
    // The sources name each other as Node does, by the compiled file.
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};
