import { MemoryStore } from '../../lib/credentials/memory-store.js';
import { ServiceAccounts } from '../../lib/credentials/service-accounts.js';

const issuer = 'https://api.example.com';

describe('new ServiceAccounts', () => {
  const store = new MemoryStore();
  const { claim: _claim, ...withoutDelete } = {
    ...Object.fromEntries(
      Object.getOwnPropertyNames(MemoryStore.prototype).map((name) => [name, () => Promise.resolve()]),
    ),
    deleteAccount: undefined,
  } as Record<string, unknown>;

  it.each([
    ['no store', undefined, { issuer }, 'store must be a ServiceAccountStore'],
    ['a store that is null', null, { issuer }, 'store must be'],
    ['a store that only reads', { findCredential: () => Promise.resolve() }, { issuer }, 'createAccount()'],
    ['a store that lacks one method', withoutDelete, { issuer }, 'deleteAccount()'],
    ['no options', store, undefined, 'must be an object'],
    ['no issuer', store, {}, "option 'issuer'"],
    [
      'an issuer that is no URL',
      store,
      { issuer: 'api.example.com' },
      "option 'issuer' must be an absolute http(s) URL",
    ],
    ['an issuer with a query', store, { issuer: `${issuer}?a=b` }, "option 'issuer'"],
    ['a token endpoint that is a path', store, { issuer, tokenEndpoint: '/token' }, "option 'tokenEndpoint'"],
    ['a token endpoint of null', store, { issuer, tokenEndpoint: null }, "option 'tokenEndpoint'"],
    ['an unknown option', store, { issuer, tokenUri: issuer }, "option 'tokenUri' must be left out"],
  ])('throws a TypeError for %s', (_, given, options, message) => {
    const make = () => new ServiceAccounts(given as never, options as never);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });

  it.each([
    [{ issuer }, `${issuer}/v1beta1/auth/token`],
    [{ issuer: `${issuer}/` }, `${issuer}/v1beta1/auth/token`],
    [{ issuer: `${issuer}/tenant` }, `${issuer}/tenant/v1beta1/auth/token`],
    [{ issuer, tokenEndpoint: undefined }, `${issuer}/v1beta1/auth/token`],
    [{ issuer, tokenEndpoint: 'https://proxy.example.com/t' }, 'https://proxy.example.com/t'],
  ])('with %j fills in the token_uri %s', async (options, tokenUri) => {
    const accounts = new ServiceAccounts(store, options);
    const { id } = await accounts.create();
    expect(await accounts.createKey(id, { alg: 'ES256' })).toMatchObject({ token_uri: tokenUri });
  });
});
