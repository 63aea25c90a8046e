import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hosts, hostWithPeers, node } from './packed';

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
  'openApiDocument',
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

describe('the subpaths of the packed package', () => {
  it.each(['by-require.cjs', 'by-import.mjs'])(
    'serve a host on SQLite, %s',
    async (script) => {
      expect(JSON.parse(await node(hostWithPeers, script))).toEqual({ status: 200, parts: 3 });
    },
    30_000,
  );

  it.each(['sql', 'redis', 'testing'])('give require and import the same names of %s', async (name) => {
    const script = `import('frontier-token/${name}').then((imported) => {
      const required = require('frontier-token/${name}');
      const names = Object.keys(imported).filter((each) => !['__esModule', 'module.exports'].includes(each));
      if (names.includes('default') || names.length === 0) throw new Error(String(names));
      for (const each of names) if (imported[each] !== required[each]) throw new Error(each);
    })`;
    await node(hostWithPeers, '-e', script);
  });

  it('are left alone by the main entry: a host without the optional peers never loads them', async () => {
    const script = `require('frontier-token');
      console.log(Object.keys(require.cache).filter((file) => /frontier-token.dist.(sql|redis|testing|cli)|commander/.test(file)).length)`;
    expect(await node(hosts['Express 5'], '-e', script)).toBe('0\n');
  });
});
