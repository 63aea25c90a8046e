import { requireAccessToken } from 'frontier-token';
import { readGuardOptions, type RequireAccessTokenOptions } from '../../lib/options/guard-options.js';
import { issuer, keyStoreOf } from '../support/tokens.js';

describe('the options of requireAccessToken', () => {
  const keyStore = keyStoreOf();
  const given = (options: unknown) => () => requireAccessToken(options as RequireAccessTokenOptions);

  it('have the defaults that the contract names', () => {
    expect(readGuardOptions('requireAccessToken', { issuer })).toEqual({
      issuer,
      audience: [issuer],
      scopes: [],
      clockTolerance: 30,
      algorithms: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'],
      profile: 'standard',
      storeTimeout: 5000,
      onEvent: undefined,
      keyStore: undefined,
      jwksUri: `${issuer}/.well-known/jwks.json`,
    });
  });

  it('find the JWKS of an issuer with a path or a slash at its end', () => {
    const jwksUri = (url: string) => readGuardOptions('requireAccessToken', { issuer: url }).jwksUri;
    expect(jwksUri('https://a.example.com/')).toBe('https://a.example.com/.well-known/jwks.json');
    expect(jwksUri('https://a.example.com/auth')).toBe('https://a.example.com/auth/.well-known/jwks.json');
  });

  it('are read once', async () => {
    const audience = [issuer];
    const options = readGuardOptions('requireAccessToken', { issuer, audience });
    audience.push('other');
    expect(options.audience).toEqual([issuer]);
  });

  it.each<[string, object, RegExp]>([
    ['no issuer', { issuer: undefined }, /option 'issuer' must be an absolute http\(s\) URL/],
    ['an issuer that is no URL', { issuer: 'api.example.com' }, /'api.example.com'/],
    ['an issuer with a query', { issuer: `${issuer}?a=b` }, /without query/],
    ['an unknown name', { scope: ['a'] }, /option 'scope' must be left out: it is unknown/],
    ['a name in another case', { jwksURI: issuer }, /option 'jwksURI'/],
    ['null', { audience: null }, /option 'audience' .*null/],
    ['an empty audience', { audience: '' }, /option 'audience'/],
    ['no audiences', { audience: [] }, /option 'audience'/],
    ['scopes as a text', { scopes: 'a b' }, /option 'scopes' must be an array of scope tokens/],
    ['a scope with a space', { scopes: ['a b'] }, /option 'scopes'/],
    ['a negative tolerance', { clockTolerance: -1 }, /option 'clockTolerance' .*seconds.* -1/],
    ['an endless tolerance', { clockTolerance: Infinity }, /option 'clockTolerance'/],
    ['an HMAC algorithm', { algorithms: ['RS256', 'HS256'] }, /option 'algorithms'/],
    ['no algorithms', { algorithms: [] }, /option 'algorithms'/],
    ['another profile', { profile: 'other' }, /option 'profile' must be 'standard' or 'frontier'/],
    ['no timeout', { storeTimeout: 0 }, /option 'storeTimeout' .*milliseconds/],
    ['a listener that is none', { onEvent: 'log' }, /option 'onEvent' must be a function/],
    ['a key store that is none', { keyStore: {} }, /option 'keyStore' must be a KeyStore/],
    ['a JWKS URI that is none', { jwksUri: '/jwks.json' }, /option 'jwksUri' must be an absolute http\(s\) URL/],
    [
      'both a key store and a JWKS URI',
      { keyStore, jwksUri: `${issuer}/jwks` },
      /option 'jwksUri' must be left out where 'keyStore' is given/,
    ],
  ])('refuse %s with a TypeError that says so', (_what, options, message) => {
    expect(given({ issuer, ...options })).toThrow(TypeError);
    expect(given({ issuer, ...options })).toThrow(message);
    expect(given({ issuer, ...options })).toThrow(/^requireAccessToken: /);
  });

  it.each([undefined, null, 'https://api.example.com', []])('refuse %j', (options) => {
    expect(given(options)).toThrow(/^requireAccessToken must be an object/);
  });

  it('take undefined for left out', () => {
    expect(given({ issuer, keyStore, jwksUri: undefined, scopes: undefined })).not.toThrow();
  });

  it('have types that refuse the same', () => {
    const options: RequireAccessTokenOptions[] = [
      { issuer },
      { issuer, keyStore },
      { issuer, jwksUri: issuer },
      // @ts-expect-error -- one of the two
      { issuer, keyStore, jwksUri: issuer },
      // @ts-expect-error -- required
      { keyStore },
      // @ts-expect-error -- unknown
      { issuer, scope: ['a'] },
    ];
    expect(options).toHaveLength(6);
  });
});
