import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const TYPESCRIPT = ['**/*.ts', '**/*.mts', '**/*.cts'];

export default defineConfig(
  // What hosts are made of that have the packed package installed: spec/package compiles it there.
  globalIgnores(['dist/', 'coverage/', 'reports/', 'spec/package/host*/*.[cm]ts']),
  eslint.configs.recommended,
  {
    files: TYPESCRIPT,
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      // As tsc has it: a leading _ says that an argument is there for its place, rest siblings are there to be left out.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // A number in a message is written as it is: `from ${least} to ${most}`.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['spec/**'],
    rules: {
      // supertest's `response.body` and JSON.parse are `any`: what is in them is just what a spec asserts.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // A store or hook in a spec answers at once, and `async` says what it is.
      '@typescript-eslint/require-await': 'off',
      // Doubles of requests and responses, and mocks that are looked at by name.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/unbound-method': 'off',
      // Callbacks in one line: `new Promise((resolve) => server.close(resolve))`.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // Where a value is missing the spec fails, as it should.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Hosts throw and reject with anything: strings, undefined.
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.js', '**/*.cjs'],
    languageOptions: {
      globals: Object.fromEntries(
        ['Buffer', 'console', 'fetch', 'performance', 'process', 'setTimeout', 'URL', 'URLSearchParams'].map((n) => [
          n,
          'readonly',
        ]),
      ),
    },
  },
);
