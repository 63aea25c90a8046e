import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import ts from 'typescript';

// lib as it is, compiled file by file when it is asked for.
const resolve = Module._resolveFilename;
Module._resolveFilename = (name, parent, ...rest) =>
  resolve(
    parent?.filename.endsWith('.ts') && name.startsWith('.') ? name.replace(/\.js$/, '.ts') : name,
    parent,
    ...rest,
  );
Module._extensions['.ts'] = (module, file) => {
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
  module._compile(ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions }).outputText, file);
};
const require = createRequire(import.meta.url);
const { MemoryStore, StaticKeyStore } = require('../../lib/index.ts');
const testing = require('../../lib/testing/index.ts');

const keyStore = StaticKeyStore.generate({ alg: 'ES256' });

describe('the contracts', { concurrency: true }, () => {
  for (const { title, run } of testing.serviceAccountStoreContract(() => new MemoryStore())) it(title, run);
  for (const { title, run } of testing.replayStoreContract(async () => new MemoryStore())) it(title, run);
  for (const { title, run } of testing.keyStoreContract(() => keyStore)) it(title, run);

  const [wrong] = testing.replayStoreContract(() => ({ claim: async () => 'OK' }));
  it(`wrong: ${wrong.title}`, wrong.run);
  const [silent] = testing.replayStoreContract(() => ({ claim: () => new Promise(() => undefined) }));
  it(`silent: ${silent.title}`, silent.run);
});
