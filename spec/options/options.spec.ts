import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import express from 'express';
import {
  AccessTokenStrategy,
  AssertionStrategy,
  ClientBasicStrategy,
  ClientBodyStrategy,
  frontierToken,
  MemoryStore,
  openApiDocument,
  requireAccessToken,
  ServiceAccounts,
  StaticKeyStore,
  type FrontierTokenOptions,
} from 'frontier-token';
import { decodeJwt } from 'jose';
import request from 'supertest';
import { assertion, byAssertion, bySecret, issuer, ISSUER, TOKEN_PATH } from '../support/issuer.js';

const credentialStore = new MemoryStore();
const keyStore = { signingKey: () => Promise.reject(new Error()), publicKeys: async () => [] };

const urls = [
  null,
  5,
  '',
  'a.test',
  '/path',
  'ftp://a.test',
  'https:',
  'https://',
  'https:a.test',
  'https:///a.test',
  {},
];
const badUrls = [
  ...urls,
  ' https://a.test',
  'https://a b.test',
  'https://a.test\n',
  'https://a.test#a',
  'https://a.test#',
];
const withPassword = ['https://user:word@a.test', 'https://user@a.test', new URL('https://a.test'), ['https://a.test']];
const url = [...badUrls, ...withPassword];
const issuerUrl = [...url, 'https://a.test?', 'https://a.test?a=b', 'https://a.test/?', 'javascript:alert(1)'];
const path = [
  null,
  true,
  5,
  '',
  '/',
  'a',
  '//',
  '/a/',
  '/a//b',
  '/a b',
  '/:a',
  '/a*',
  '/(a)',
  '/{a}',
  '/a?',
  '/a#b',
  '/\u00e4',
  /a/,
  {},
];
const numbers = [null, '5', NaN, Infinity, -Infinity, 1.5, -1, 5n, {}, [5], true, Number.MAX_VALUE];
const seconds = [...numbers, 10 ** 12];
const timeout = [...numbers, 0, 2 ** 31];
const list = [null, 5, '', [], [''], [5], [null], ['a', undefined], {}, new Set(['a']), true];
const algorithms = [
  null,
  'ES256',
  [],
  ['HS256'],
  ['none'],
  ['RS256', 'EdDSA'],
  ['es256'],
  [undefined],
  new Set(['ES256']),
];
const scopes = [null, 'a', ['a b'], [''], ['"'], ['\\'], ['\u00e4'], [5], {}];
const call = [null, 'function', 5, true, {}, []];
const profile = [null, '', 'Frontier', 'STANDARD', true, {}, ['frontier']];
const store = (...partly: object[]) => [null, undefined, 5, 'memory', true, [], {}, () => undefined, ...partly];

const stores = store({ findCredential: 'a' });
const keyStores = store({ signingKey: () => 0 }, { publicKeys: () => 0 }, { signingKey: () => 0, publicKeys: [] });
const replay = [null, true, 5, 'memory', {}, [], { claim: true }];

const assertionOptions = {
  audience: list,
  clockTolerance: seconds,
  maxLifetime: [...seconds, 0],
  algorithms,
  requireJti: [null, 1, 'true', {}],
};
const below = (name: string, options: Record<string, unknown[]>) =>
  Object.fromEntries(Object.entries(options).map(([nested, values]) => [`${name}.${nested}`, values]));

const guard = {
  good: { issuer: ISSUER, keyStore },
  bad: {
    issuer: [...issuerUrl, undefined],
    keyStore: keyStores.filter((value) => value !== undefined),
    audience: list,
    scopes,
    clockTolerance: seconds,
    algorithms,
    profile,
    storeTimeout: timeout,
    onEvent: call,
    jwksUri: [ISSUER],
  },
};
const client = {
  good: { credentialStore },
  bad: { credentialStore: stores, realm: [null, '', 5, {}, ['a']], verifySecret: call, storeTimeout: timeout },
};

const router = {
  good: { issuer: ISSUER, credentialStore, keyStore },
  bad: {
    issuer: [...issuerUrl, undefined],
    credentialStore: stores,
    keyStore: keyStores,
    path: [...path, false],
    jwksPath: path,
    metadataPath: path,
    openApiPath: path,
    tokenEndpoint: [...url, false],
    jwksUri: [...url, false],
    audience: list,
    accessTokenLifetime: [...seconds, 0],
    profile,
    assertion: [null, 5, 'a', true, false, [], () => undefined],
    ...below('assertion', assertionOptions),
    replayStore: replay,
    claims: call,
    authorize: call,
    verifySecret: call,
    storeTimeout: timeout,
    bodyLimit: [...numbers, 0, '64kb'],
    rateLimit: [null, true, 5, 'off', [], () => undefined],
    'rateLimit.failures': [...numbers, 0],
    'rateLimit.seconds': [...numbers, 0, 3_000_000],
    'rateLimit.limiter': [null, 5, 'redis', {}, [], { get: () => 0 }, { consume: () => 0 }, { get: 5, consume: 5 }],
    onEvent: [...call, { emit: () => 0 }],
  },
};

interface Subject {
  make: (options: never) => unknown;
  good: Record<string, unknown>;
  bad: Record<string, unknown[]>;
}

/** Whatever takes options, with the options that it needs, and values that each option does not take. */
const subjects: Record<string, Subject> = {
  frontierToken: { make: frontierToken, ...router },
  openApiDocument: {
    make: openApiDocument,
    good: { issuer: ISSUER },
    bad: {
      ...router.bad,
      credentialStore: router.bad.credentialStore.filter((value) => value !== undefined),
      keyStore: router.bad.keyStore.filter((value) => value !== undefined),
      mountPath: [
        null,
        5,
        false,
        'auth',
        'https://a.test/auth',
        '//',
        '/a//b',
        '/:tenant',
        '/a/*',
        '/{a}',
        '/a?b',
        '/a#b',
        '/a b',
        '/%zz',
      ],
    },
  },
  requireAccessToken: { make: requireAccessToken, ...guard },
  AccessTokenStrategy: { make: (options) => new AccessTokenStrategy(options), ...guard },
  ClientBasicStrategy: { make: (options) => new ClientBasicStrategy(options), ...client },
  ClientBodyStrategy: { make: (options) => new ClientBodyStrategy(options), ...client },
  AssertionStrategy: {
    make: (options) => new AssertionStrategy(options),
    good: { issuer: ISSUER, credentialStore },
    bad: {
      issuer: [...issuerUrl, undefined],
      credentialStore: stores,
      replayStore: replay,
      profile,
      storeTimeout: timeout,
      ...assertionOptions,
    },
  },
  ServiceAccounts: {
    make: (options) => new ServiceAccounts(credentialStore, options),
    good: { issuer: ISSUER },
    bad: { issuer: [...issuerUrl, undefined], tokenEndpoint: url },
  },
};

/** Makes a subject whose option, at this path, has this value. */
function making(where: string, option: string, value: unknown): () => unknown {
  const { make, good } = subjects[where]!;
  const [name = '', nested] = option.split('.');
  return () => make({ ...good, [name]: nested === undefined ? value : { [nested]: value } } as never);
}

/** What it throws. */
function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (thrown) {
    return thrown;
  }
  return undefined;
}

const options = Object.entries(subjects).flatMap(([where, { bad }]) =>
  Object.entries(bad).map(([option, values]): [string, string, unknown[]] => [where, option, values]),
);
const refusal = (where: string, option: string) =>
  new RegExp(`^${where}: option '${option}' must be .+, but got .+$`, 's');

describe('a wrong option', () => {
  it.each(options)('%s: %s is refused with a TypeError that names it', (where, option, values) => {
    for (const value of values) {
      const thrown = thrownBy(making(where, option, value)) as Error | undefined;
      expect([value, thrown?.constructor]).toEqual([value, TypeError]);
      expect(thrown?.message).toMatch(refusal(where, option));
      expect(thrown).not.toHaveProperty('cause');
    }
  });

  it.each<[string, string, unknown, string]>([
    [
      'frontierToken',
      'issuer',
      'a.test',
      "an absolute http(s) URL without query, fragment or password, but got 'a.test'",
    ],
    ['frontierToken', 'credentialStore', {}, 'a CredentialStore (an object with findCredential()), but got an object'],
    [
      'frontierToken',
      'credentialStore',
      new Map(),
      'a CredentialStore (an object with findCredential()), but got an object of class Map',
    ],
    [
      'frontierToken',
      'keyStore',
      undefined,
      'a KeyStore (an object with signingKey(), publicKeys()), but got undefined',
    ],
    ['frontierToken', 'accessTokenLifetime', '1h', "a whole number of seconds from 1 to 316224000, but got '1h'"],
    ['frontierToken', 'storeTimeout', 0, 'a whole number of milliseconds from 1 to 2147483647, but got 0'],
    ['frontierToken', 'profile', 'Frontier', "'standard' or 'frontier', but got 'Frontier'"],
    ['frontierToken', 'assertion', null, 'an object, but got null'],
    ['frontierToken', 'assertion.clockTolerance', -1, 'a whole number of seconds from 0 to 316224000, but got -1'],
    [
      'frontierToken',
      'assertion.algorithms',
      ['HS256'],
      "an array of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, but got an array with 'HS256'",
    ],
    ['frontierToken', 'rateLimit', true, 'an object, or false, but got true'],
    ['frontierToken', 'rateLimit.failures', 1.5, 'a whole number of failures from 1 to 1000000, but got 1.5'],
    ['frontierToken', 'replayStore', true, 'a ReplayStore (an object with claim()), or false, but got true'],
    ['frontierToken', 'onEvent', 'log', "a function, but got 'log'"],
    ['ClientBasicStrategy', 'realm', '', "a non-empty string, but got ''"],
    ['AssertionStrategy', 'requireJti', 1, 'true or false, but got 1'],
    ['requireAccessToken', 'audience', [], 'a non-empty string or an array of them, but got an array of 0'],
  ])('%s: %s %p is told what is expected and what was given', (where, option, value, text) => {
    expect(making(where, option, value)).toThrow(`${where}: option '${option}' must be ${text}`);
  });

  it.each(Object.keys(subjects))('%s: options that are none are refused', (where) => {
    const { make } = subjects[where]!;
    for (const value of [undefined, null, 5, 'https://issuer.test', true, [], () => undefined]) {
      const thrown = thrownBy(() => make(value as never)) as Error | undefined;
      expect(thrown).toBeInstanceOf(TypeError);
      expect(thrown?.message).toMatch(new RegExp(`^${where} must be an object, but got .+$`));
    }
  });

  it.each(store({ findCredential: () => 0 }, credentialStore.findCredential.bind(credentialStore)))(
    'ServiceAccounts: the store %p is refused',
    (given) => {
      const make = () => new ServiceAccounts(given as never, { issuer: ISSUER });
      expect(make).toThrow(TypeError);
      expect(make).toThrow(
        /^ServiceAccounts: store must be a ServiceAccountStore \(.*updateCredential\(\)\), but got .+$/,
      );
    },
  );

  it.each([
    ['frontierToken', 'audience'],
    ['frontierToken', 'assertion.algorithms'],
    ['requireAccessToken', 'scopes'],
  ])('%s: %s with a hole in it is refused', (where, option) => {
    expect(making(where, option, new Array(1))).toThrow(refusal(where, option));
  });
});

describe('an unknown name', () => {
  it.each(Object.keys(subjects))('%s: is refused, and the known ones are listed', (where) => {
    const { bad } = subjects[where]!;
    for (const name of ['Issuer', 'store_timeout', 'constructor', 'toString', 'hasOwnProperty']) {
      expect(making(where, name, 5)).toThrow(TypeError);
      expect(making(where, name, 5)).toThrow(`${where}: option '${name}' must be left out: it is unknown (known: `);
    }
    const known = thrownBy(making(where, 'nonsense', 5)) as Error;
    for (const option of Object.keys(bad)) expect(known.message).toContain(option.split('.')[0]);
  });

  it.each([
    ['assertion', 'leeway'],
    ['assertion', 'issuer'],
    ['rateLimit', 'points'],
    ['rateLimit', 'Failures'],
  ])('%s.%s is refused', (name, nested) => {
    const thrown = thrownBy(making('frontierToken', `${name}.${nested}`, 5)) as Error;
    expect(thrown).toBeInstanceOf(TypeError);
    expect(thrown.message).toContain(`frontierToken: option '${name}.${nested}' must be left out: it is unknown`);
  });

  it('a budget beside a limiter is refused', () => {
    const limiter = { get: () => 0, consume: () => 0 };
    const make = making('frontierToken', 'rateLimit', { limiter, failures: 5 });
    expect(make).toThrow(/^frontierToken: option 'rateLimit.failures' must be left out/);
  });

  it('__proto__ is refused where it is a member, and does nothing', () => {
    const { good } = subjects.frontierToken!;
    const given = Object.defineProperty({ ...good }, '__proto__', { value: { claims: 5 }, enumerable: true });
    expect(() => frontierToken(given as never)).toThrow(/option '__proto__' must be left out/);
  });

  it('is refused even where it is undefined', () => {
    expect(making('frontierToken', 'audiences', undefined)).toThrow(/option 'audiences' must be left out/);
  });
});

describe('an option that is undefined', () => {
  it.each(options.filter(([, , values]) => !values.includes(undefined)))(
    '%s: %s counts as left out',
    (where, option) => {
      expect(making(where, option, undefined)).not.toThrow();
    },
  );

  it.each(options.filter(([, , values]) => values.includes(undefined)))('%s: %s is required', (where, option) => {
    const { make, good } = subjects[where]!;
    const { [option]: _left, ...rest } = good;
    expect(() => make(rest as never)).toThrow(refusal(where, option));
    expect(() => make(rest as never)).toThrow(/but got undefined$/);
  });

  it('a limiter that is undefined counts as left out beside a budget', () => {
    expect(making('frontierToken', 'rateLimit', { limiter: undefined, failures: 5 })).not.toThrow();
  });
});

describe('two routes', () => {
  it.each([
    ['jwksPath', { path: '/a', jwksPath: '/a' }],
    ['metadataPath', { path: '/a', metadataPath: '/a' }],
    ['metadataPath', { jwksPath: '/a', metadataPath: '/a' }],
    ['openApiPath', { jwksPath: '/a', openApiPath: '/A' }],
    ['jwksPath', { jwksPath: TOKEN_PATH }],
  ])('at one path are refused, and %s is named: %j', (option, paths) => {
    for (const where of ['frontierToken', 'openApiDocument']) {
      const { make, good } = subjects[where]!;
      const thrown = thrownBy(() => make({ ...good, ...paths } as never)) as Error;
      expect(thrown).toBeInstanceOf(TypeError);
      expect(thrown.message).toContain(`${where}: option '${option}'`);
    }
  });

  it('that are off are at no path', () => {
    const paths = { jwksPath: false, metadataPath: false, openApiPath: false };
    expect(() => frontierToken({ ...subjects.frontierToken!.good, ...paths } as never)).not.toThrow();
  });
});

it('a value whose class can not be told is refused as any', () => {
  const classless = Object.create(Object.create(null) as object) as object;
  expect(making('frontierToken', 'issuer', classless)).toThrow(refusal('frontierToken', 'issuer'));
  expect(making('frontierToken', 'issuer', classless)).toThrow(TypeError);
});

describe('a value that an option takes', () => {
  it.each([
    'https://a.test',
    'https://a.test/',
    'https://a.test/auth',
    'https://a.test/auth/',
    'http://localhost:3000',
    'HTTPS://A.test',
    'https://[::1]:8443',
  ])('the issuer %s', (given) => {
    for (const where of ['frontierToken', 'requireAccessToken', 'AssertionStrategy', 'ServiceAccounts']) {
      expect(making(where, 'issuer', given)).not.toThrow();
    }
  });

  it.each<[string, unknown]>([
    ['path', '/token'],
    ['path', '/v1beta1/auth/token.json'],
    ['jwksPath', false],
    ['metadataPath', false],
    ['metadataPath', '/~openid'],
    ['openApiPath', '/openapi.json'],
    ['tokenEndpoint', 'https://a.test/token?tenant=a'],
    ['audience', 'urn:api'],
    ['audience', ['a', 'b']],
    ['accessTokenLifetime', 1],
    ['assertion', {}],
    ['assertion', { clockTolerance: 0, maxLifetime: 1, algorithms: ['ES256'], requireJti: true, audience: 'a' }],
    ['replayStore', false],
    ['replayStore', { claim: () => 0 }],
    ['storeTimeout', 2 ** 31 - 1],
    ['bodyLimit', 1],
    ['rateLimit', false],
    ['rateLimit', {}],
    ['rateLimit', { failures: 1, seconds: 1 }],
    ['rateLimit', { limiter: { get: () => 0, consume: () => 0 } }],
  ])('%s %p', (option, given) => {
    expect(making('frontierToken', option, given)).not.toThrow();
  });

  it.each(['', '/', '/auth', '/auth/', '/tenants/acme%20corp', '/a:b', "/~!$&'()*+,;=@-._"])(
    'mountPath %p',
    (given) => {
      expect(making('openApiDocument', 'mountPath', given)).not.toThrow();
    },
  );

  it('options that are frozen, or have no prototype', () => {
    const { good } = subjects.frontierToken!;
    expect(() => frontierToken(Object.freeze({ ...good }) as never)).not.toThrow();
    expect(() => frontierToken(Object.assign(Object.create(null), good) as never)).not.toThrow();
  });
});

describe('a message never prints', () => {
  const pem = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  } as never) as unknown as { privateKey: string };
  const secret = randomBytes(32).toString('base64url');
  // As Frontier makes them, and as `openssl rand -base64 32` does.
  const base64 = 'Vq3+Nw/ZxT8LrQ/yJ5bHk/0dPz7uEf/1aGcMs+4oXt/9iKeWn=';
  const jwk = { kty: 'EC', d: secret };
  class Secret {
    secret = secret;
    toString = () => secret;
    toJSON = () => secret;
    [Symbol.toPrimitive] = () => secret;
    [inspect.custom] = () => secret;
  }
  const values: [string, unknown][] = [
    ['a PEM', pem.privateKey],
    ['a PEM in one line', pem.privateKey.replaceAll('\n', '\\n')],
    ['a secret', secret],
    ['a secret in base64', base64],
    ['a bcrypt hash', '$2b$14$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUVWXYZ01234'],
    ['a hash of ours', `sha256$${secret}`],
    ['a JWT', `eyJhbGciOiJFUzI1NiJ9.${secret}.${secret}`],
    ['a JWK', jwk],
    ['a JWK as a text', JSON.stringify(jwk)],
    ['a URL with a password', `https://user:${secret}@a.test`],
    ['a URL with a short password', 'ftp://user:hunter2@a.test'],
    ['an array', [secret]],
    ['an array of objects', [jwk]],
    ['an array of arrays', [[pem.privateKey]]],
    ['bytes', Buffer.from(secret)],
    ['an object', new Secret()],
    ['a map', new Map([[secret, secret]])],
    ['an error', new Error(secret)],
    ['a function', Object.assign(() => undefined, { secret })],
    ['a symbol', Symbol(secret)],
  ];
  const parts = [secret, base64, 'hunter2', 'PRIVATE KEY', pem.privateKey.slice(30, 60), '$2b$', 'sha256$', 'eyJ'];

  it.each(values)('%s', (_what, value) => {
    for (const [where, option] of options) {
      const thrown = thrownBy(making(where, option, value));
      if (thrown === undefined) continue;
      expect(thrown).toBeInstanceOf(TypeError);
      for (const part of parts) expect(inspect(thrown, { showHidden: true })).not.toContain(part);
    }
    for (const [where, { make }] of Object.entries(subjects)) {
      const thrown = thrownBy(() => make(value as never));
      expect([where, thrown?.constructor]).toEqual([where, TypeError]);
      for (const part of parts) expect((thrown as Error).message).not.toContain(part);
    }
  });

  it('the value of an unknown option', () => {
    for (const where of Object.keys(subjects)) {
      const { message } = thrownBy(making(where, 'clientSecret', 'hunter2')) as Error;
      expect(message).toMatch(/option 'clientSecret' .* but got a string of 7 characters$/);
    }
  });
});

describe('options are read once', () => {
  it.each(Object.keys(subjects))('%s: each member, at construction', (where) => {
    const { make, good, bad } = subjects[where]!;
    const reads: Record<string, number> = {};
    const given = {};
    for (const name of Object.keys(bad).filter((option) => !option.includes('.'))) {
      const get = () => ((reads[name] = (reads[name] ?? 0) + 1), good[name]);
      Object.defineProperty(given, name, { get, enumerable: true });
    }
    make(given as never);
    expect(new Set(Object.values(reads))).toEqual(new Set([1]));
  });

  it('frontierToken: what is changed later changes nothing', async () => {
    const audience = ['urn:a', 'urn:b'];
    const given = {
      issuer: ISSUER,
      audience,
      accessTokenLifetime: 60,
      assertion: { audience: ['urn:here'], algorithms: ['ES256' as const], clockTolerance: 0, requireJti: true },
      rateLimit: { failures: 2, seconds: 60 },
      claims: () => ({ more: 1 }),
    };
    const options: Partial<FrontierTokenOptions> = given;
    const issued = await issuer(options, (app, router) => {
      audience.push('urn:evil');
      given.assertion.audience.push('urn:evil');
      given.assertion.algorithms.length = 0;
      given.assertion.requireJti = false;
      given.rateLimit.failures = 1_000_000;
      for (const name of Object.keys(given)) Object.assign(options, { [name]: undefined });
      app.use(router);
    });
    const { body } = await bySecret(issued).expect(200);
    const payload = decodeJwt(body.access_token as string);
    expect(payload).toMatchObject({ iss: ISSUER, aud: ['urn:a', 'urn:b'], more: 1 });
    expect(payload.exp! - payload.iat!).toBe(60);
    await byAssertion(issued, await assertion(issued, { aud: 'urn:here' })).expect(200);
    await byAssertion(issued, await assertion(issued, { aud: 'urn:evil' })).expect(401);
    await byAssertion(issued, await assertion(issued, { aud: 'urn:here', jti: undefined })).expect(401);
    await byAssertion(issued, await assertion(issued, { aud: 'urn:here' })).expect(429);
  });

  it('requireAccessToken: what is changed later changes nothing', async () => {
    const issued = await issuer();
    const given = { issuer: ISSUER, keyStore: issued.keyStore, audience: [ISSUER], scopes: ['reports:read'] };
    issued.app.get('/reports', requireAccessToken(given), (_req, res) => void res.sendStatus(200));
    given.issuer = 'https://evil.test';
    given.audience.length = 0;
    given.scopes.push('admin');
    const { body } = await bySecret(issued).expect(200);
    await request(issued.app)
      .get('/reports')
      .auth(body.access_token as string, { type: 'bearer' })
      .expect(200);
  });

  it('the strategies: what is changed later changes nothing', async () => {
    const { Passport } = await import('passport');
    const issued = await issuer();
    const basic = { credentialStore: issued.store, realm: 'first' };
    const signed = { issuer: ISSUER, credentialStore: issued.store, audience: ['urn:here'] };
    const passport = new Passport();
    passport.use(new ClientBasicStrategy(basic)).use(new AssertionStrategy(signed));
    basic.realm = 'second';
    signed.audience.push(ISSUER);
    const guards = ['client-basic', 'assertion'].map(
      (name) => passport.authenticate(name, { session: false }) as express.RequestHandler,
    );
    const app = express().post('/basic', guards[0]!).post(TOKEN_PATH, guards[1]!);
    const { headers } = await request(app).post('/basic').auth(issued.id, 'wrong').expect(401);
    expect(headers['www-authenticate']).toBe('Basic realm="first"');
    await byAssertion({ app }, await assertion(issued)).expect(401);
  });

  it('ServiceAccounts: what is changed later changes nothing', async () => {
    const given = { issuer: ISSUER };
    const memory = new MemoryStore();
    const accounts = new ServiceAccounts(memory, given);
    given.issuer = 'https://evil.test';
    const owned = ['reports:read'];
    const expiresAt = new Date(2 ** 41);
    const { id } = await accounts.create({ scopes: owned });
    const { clientId } = await accounts.createSecret(id, { expiresAt });
    owned.push('admin');
    expiresAt.setTime(0);
    expect(await accounts.createKey(id, { alg: 'ES256' })).toMatchObject({ token_uri: ISSUER + TOKEN_PATH });
    expect(await memory.findCredential(clientId)).toMatchObject({
      expiresAt: new Date(2 ** 41),
      account: { scopes: ['reports:read'] },
    });
  });
});

describe('the methods of ServiceAccounts', () => {
  const accounts = new ServiceAccounts(new MemoryStore(), { issuer: ISSUER });
  const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .publicKey.export({ type: 'spki', format: 'pem' })
    .toString();
  const expiresAt = [null, 5, '2030-01-01', new Date(NaN), {}, true];
  const title = [null, '', 5, {}];
  const metadata = [null, 'a', 5, [], true];
  const id = [null, '', 5, {}];
  const limit = [null, 0, -1, 1.5, '5', Infinity];
  const calls: [string, (options: never) => Promise<unknown>, Record<string, unknown[]>][] = [
    [
      'create',
      (options) => accounts.create(options),
      { id, title, orgId: title, scopes, metadata, state: ['enabled'] },
    ],
    ['list', (options) => accounts.list(options), { limit, after: id, page: [1] }],
    ['createSecret', (options) => accounts.createSecret('a', options), { title, expiresAt, secret: ['a'] }],
    [
      'createKey',
      (options) => accounts.createKey('a', options),
      { title, expiresAt, alg: [null, 'HS256', 'none', '', 5], format: [null, 'pem', true], kid: ['a'] },
    ],
    ['addPublicKey', (options) => accounts.addPublicKey('a', pem, options), { title, expiresAt, kid: ['a'] }],
  ];
  const rows = calls.flatMap(([method, run, bad]) =>
    Object.entries(bad).map(([option, values]): [string, string, unknown[], typeof run] => [
      method,
      option,
      values,
      run,
    ]),
  );

  it.each(rows)('%s: %s is refused with a TypeError that names it', async (method, option, values, run) => {
    for (const value of values) {
      const refused = run({ [option]: value } as never);
      await expect(refused).rejects.toThrow(TypeError);
      await expect(refused).rejects.toThrow(refusal(`ServiceAccounts.${method}`, option));
    }
  });

  it.each([
    'get',
    'disable',
    'enable',
    'delete',
    'createSecret',
    'createKey',
    'listCredentials',
    'revokeCredential',
  ] as const)('%s: an id that is none is refused with a TypeError', async (method) => {
    for (const value of [undefined, null, '', 5, {}]) {
      const refused = accounts[method](value as never);
      await expect(refused).rejects.toThrow(TypeError);
      await expect(refused).rejects.toThrow(`ServiceAccounts.${method}: id must be a non-empty string, but got`);
    }
  });
});

it('no option of the key store prints a key', async () => {
  const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
  for (const given of [{ kid: [pem] }, { alg: pem }, { pem }, pem]) {
    const thrown: unknown = await StaticKeyStore.fromPem(pem, given as never).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(TypeError);
    expect(inspect(thrown)).not.toContain(pem.slice(30, 60));
  }
});
