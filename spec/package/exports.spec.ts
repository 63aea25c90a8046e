import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hosts, node } from './packed';

const PUBLIC_NAMES = [
  'AccessTokenStrategy',
  'AssertionStrategy',
  'ClientBasicStrategy',
  'ClientBodyStrategy',
  'ConflictError',
  'MemoryStore',
  'NotFoundError',
  'ServiceAccounts',
  'StaticKeyStore',
  'StoreUnavailableError',
  'TokenError',
  'frontierToken',
  'hashSecret',
  'requireAccessToken',
  'verifySecret',
];

describe.each(Object.entries(hosts))('the packed package in a host on %s', (express, host) => {
  it('gives require and import the same names and the same classes, and no default export', async () => {
    const { imported, required, different } = JSON.parse(await node(host, 'compare.mjs'));

    expect(imported).toEqual(required);
    expect(different).toEqual([]);
    expect(imported).toEqual(expect.arrayContaining(PUBLIC_NAMES));
    expect(imported).not.toContain('default');
  });

  it.each(['by-require.cjs', 'by-import.mjs'])('issues a token and takes it on a guarded route, %s', async (script) => {
    expect(JSON.parse(await node(host, script))).toEqual({
      issued: 200,
      guarded: 200,
      sameAccount: true,
      withoutToken: 401,
    });
  });

  it('has the major version of Express that it is meant to prove', () => {
    const major = (name: string): string =>
      JSON.parse(readFileSync(join(host, 'node_modules', name, 'package.json'), 'utf8')).version.split('.')[0];

    expect([major('express'), major('@types/express')]).toEqual([express.at(-1), express.at(-1)]);
  });
});
