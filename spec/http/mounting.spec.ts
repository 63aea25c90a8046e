import { createPrivateKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import express, { Router, type Express, type Request, type RequestHandler } from 'express';
import { StaticKeyStore, StoreUnavailableError, type FrontierTokenOptions } from 'frontier-token';
import globalPassport, { Passport, Strategy } from 'passport';
import request from 'supertest';
import {
  assertion,
  bySecret,
  issuer,
  ISSUER,
  JWT_BEARER,
  TOKEN_PATH,
  verified,
  type Issuer,
} from '../support/issuer.js';

const JWKS = '/.well-known/jwks.json';
const METADATA = '/.well-known/oauth-authorization-server';
type Mount = (app: Express, router: Router) => void;

const below =
  (...paths: string[]): Mount =>
  (app, router) => {
    const [outermost = '/', ...inner] = paths;
    app.use(
      outermost,
      inner.reduceRight<Router>((nested, path) => Router().use(path, nested), router),
    );
  };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const credentials = ({ id, secret }: Issuer) => ({
  grant_type: 'client_credentials',
  client_id: id,
  client_secret: secret,
});
const postTo = (host: Issuer, path: string) => request(host.app).post(path).type('form').send(credentials(host));
const assertAt = async (host: Issuer, path: string, aud: string) =>
  request(host.app)
    .post(path)
    .type('form')
    .send({ grant_type: JWT_BEARER, assertion: await assertion(host, { aud }) });

describe('a router that is mounted', () => {
  interface Place {
    mount?: Mount;
    /** Where the routes are, as the host sees them. */
    at: string;
    options?: Partial<FrontierTokenOptions>;
    /** What comes before each path in the URLs that clients see. */
    base?: string;
  }
  const places: [string, Place][] = [
    ['at the root', { at: '' }],
    ["at '/'", { mount: below('/'), at: '' }],
    ['below a path', { mount: below('/auth'), at: '/auth' }],
    ['below a path of two parts', { mount: below('/api/auth'), at: '/api/auth' }],
    ['below a path with a slash at its end', { mount: below('/auth/'), at: '/auth' }],
    ['in nested routers', { mount: below('/api', '/v2', '/auth'), at: '/api/v2/auth' }],
    ['in nested routers at the root', { mount: below('/', '/'), at: '' }],
    [
      'below the path of its issuer',
      { mount: below('/auth'), at: '/auth', options: { issuer: `${ISSUER}/auth` }, base: `${ISSUER}/auth` },
    ],
    [
      'below the path of an issuer that ends with a slash',
      { mount: below('/auth'), at: '/auth', options: { issuer: `${ISSUER}/auth/` }, base: `${ISSUER}/auth` },
    ],
    [
      'below the end of the path of its issuer, behind a proxy',
      { mount: below('/auth'), at: '/auth', options: { issuer: `${ISSUER}/api/auth` }, base: `${ISSUER}/api/auth` },
    ],
    [
      'at the root, for an issuer with a path, behind a proxy',
      { at: '', options: { issuer: `${ISSUER}/auth` }, base: `${ISSUER}/auth` },
    ],
    [
      'below a path that only ends like that of its issuer',
      { mount: below('/auth'), at: '/auth', options: { issuer: `${ISSUER}/oauth` }, base: `${ISSUER}/oauth/auth` },
    ],
    [
      'below a path and a path of its issuer',
      { mount: below('/auth'), at: '/auth', options: { issuer: `${ISSUER}/tenant` }, base: `${ISSUER}/tenant/auth` },
    ],
  ];

  describe.each(places)('%s', (_where, { mount, at, options = {}, base = ISSUER + at }) => {
    const iss = options.issuer ?? ISSUER;
    let host: Issuer;
    beforeAll(async () => (host = await issuer(options, mount)));

    it('issues tokens that its JWKS verifies', async () => {
      const { body } = await postTo(host, at + TOKEN_PATH).expect(200);
      await verified(host.app, body.access_token, { issuer: iss, jwksPath: at + JWKS });
    });

    it('tells its URLs in its metadata', async () => {
      const { body } = await request(host.app)
        .get(at + METADATA)
        .expect(200);
      expect(body).toMatchObject({ issuer: iss, token_endpoint: base + TOKEN_PATH, jwks_uri: base + JWKS });
    });

    it('takes assertions for its token endpoint and its issuer, and for no other', async () => {
      const audiences = [base + TOKEN_PATH, iss, `${ISSUER}/elsewhere${TOKEN_PATH}`, `https://other.test${TOKEN_PATH}`];
      const answers = await Promise.all(audiences.map((aud) => assertAt(host, at + TOKEN_PATH, aud)));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 401, 401]);
    });
  });

  it('twice, works at both places', async () => {
    const host = await issuer({}, (app, router) => app.use('/a', router).use('/b', router));
    for (const at of ['/a', '/b']) {
      await postTo(host, at + TOKEN_PATH).expect(200);
      const { body } = await request(host.app).get(at + METADATA);
      expect(body.token_endpoint).toBe(ISSUER + at + TOKEN_PATH);
    }
  });

  it('in two apps of one process, keeps them apart', async () => {
    const [one, two] = [await issuer(), await issuer()];
    await postTo(one, TOKEN_PATH).expect(200);
    await bySecret({ ...two, id: one.id, secret: one.secret }).expect(401);
  });

  it('below a path with parameters has the token endpoint that the host says', async () => {
    const tokenEndpoint = `${ISSUER}/tenants/acme${TOKEN_PATH}`;
    const jwksUri = `${ISSUER}/keys`;
    const host = await issuer({ tokenEndpoint, jwksUri }, below('/tenants/:tenant'));
    const { body } = await request(host.app).get(`/tenants/acme${METADATA}`).expect(200);
    expect(body).toMatchObject({ issuer: ISSUER, token_endpoint: tokenEndpoint, jwks_uri: jwksUri });
    const at = (tenant: string) => `/tenants/${tenant}${TOKEN_PATH}`;
    expect((await assertAt(host, at('acme'), tokenEndpoint)).status).toBe(200);
    expect((await assertAt(host, at('other'), ISSUER + at('other'))).status).toBe(401);
    expect((await request(host.app).get(`/tenants/other${METADATA}`)).body).toEqual(body);
  });
});

describe('the paths', () => {
  it('are what the host says', async () => {
    const host = await issuer({ path: '/oauth/token', jwksPath: '/keys', metadataPath: '/metadata' }, below('/auth'));
    const { body } = await postTo(host, '/auth/oauth/token').expect(200);
    await verified(host.app, body.access_token, { jwksPath: '/auth/keys' });
    const metadata = await request(host.app).get('/auth/metadata').expect(200);
    expect(metadata.body).toMatchObject({
      token_endpoint: `${ISSUER}/auth/oauth/token`,
      jwks_uri: `${ISSUER}/auth/keys`,
    });
    for (const path of [JWKS, METADATA]) await request(host.app).get(`/auth${path}`).expect(404);
    await postTo(host, `/auth${TOKEN_PATH}`).expect(404);
  });

  it('are off where they are false, and free for the host', async () => {
    const host = await issuer({ jwksPath: false, metadataPath: false }, (app, router) => {
      app.use(router);
      app.get(JWKS, (_req, res) => void res.send("the host's"));
    });
    expect((await request(host.app).get(JWKS)).text).toBe("the host's");
    await request(host.app).get(METADATA).expect(404);
    await postTo(host, TOKEN_PATH).expect(200);
  });

  it.each<[string, Partial<FrontierTokenOptions>, object]>([
    ['no jwks_uri without a JWKS', {}, {}],
    ['the jwks_uri that the host says', { jwksUri: `${ISSUER}/elsewhere` }, { jwks_uri: `${ISSUER}/elsewhere` }],
  ])('leave the metadata with %s', async (_what, options, expected) => {
    const { app } = await issuer({ jwksPath: false, ...options });
    const { body } = await request(app).get(METADATA).expect(200);
    expect('jwks_uri' in body ? { jwks_uri: body.jwks_uri } : {}).toEqual(expected);
  });
});

describe('the metadata (RFC 8414)', () => {
  it('is this', async () => {
    const { app } = await issuer();
    const { body, headers } = await request(app).get(METADATA).expect(200);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(body).toEqual({
      issuer: ISSUER,
      token_endpoint: ISSUER + TOKEN_PATH,
      jwks_uri: ISSUER + JWKS,
      grant_types_supported: ['client_credentials', JWT_BEARER],
      response_types_supported: [],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    });
  });

  it.each([
    ['/auth', '/auth'],
    ['/auth/', '/auth'],
    ['/realms/one', '/realms/one'],
    ['/realms/größe', '/realms/gr%C3%B6%C3%9Fe'],
    ['/v1.0/~a@b,c;d=e&f', '/v1.0/~a@b,c;d=e&f'],
    // Each is a pattern for one of the routers of Express.
    ['/a+b', '/a+b'],
    ['/a(b)', '/a(b)'],
    ['/a*', '/a*'],
    ['/a!', '/a!'],
    ['/a$b', '/a$b'],
    ['/:a', '/:a'],
    ['/[a]', '/[a]'],
  ])('of an issuer with the path %s is at metadataPath + that path too, and nowhere else', async (path, behind) => {
    const { app } = await issuer({ issuer: ISSUER + path });
    const { body } = await request(app).get(METADATA).expect(200);
    expect(body.issuer).toBe(ISSUER + path);
    const there = await request(app)
      .get(METADATA + behind)
      .expect(200);
    expect(there.body).toEqual(body);
    await request(app).get(`${METADATA}/other`).expect(404);
    await request(app).get(`${METADATA}${behind}/more`).expect(404);
  });

  it('of an issuer with a path is there with another metadataPath too', async () => {
    const { app } = await issuer({ issuer: `${ISSUER}/auth`, metadataPath: '/.well-known/openid-configuration' });
    await request(app).get('/.well-known/openid-configuration/auth').expect(200);
    await request(app).get('/.well-known/openid-configuration').expect(200);
  });

  it('is not at any path for an issuer without one', async () => {
    await request((await issuer()).app)
      .get(`${METADATA}/auth`)
      .expect(404);
  });
});

describe('the JWKS', () => {
  it.each([
    ['RS256', ['alg', 'e', 'kid', 'kty', 'n', 'use']],
    ['ES384', ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']],
  ] as const)('holds the public members of a key for %s, kid, alg and use', async (alg, members) => {
    const { app } = await issuer({ keyStore: await StaticKeyStore.generate({ alg }) });
    const { body, headers } = await request(app).get(JWKS).expect(200);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(Object.keys(body)).toEqual(['keys']);
    expect(body.keys).toHaveLength(1);
    expect(Object.keys(body.keys[0]).sort()).toEqual(members);
    expect(body.keys[0]).toMatchObject({ alg, use: 'sig', kid: expect.stringMatching(/./) });
  });

  it('holds no private member, whatever the key store returns', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
    const ed = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
    const k = Buffer.from('a secret that signs').toString('base64url');
    const pem = createPrivateKey({ key: ec, format: 'jwk' }).export({ type: 'pkcs8', format: 'pem' });
    const stored: unknown[] = [
      { ...rsa, kid: 'rsa', alg: 'RS256', use: 'sig', key_ops: ['sign'], oth: [{ r: 'secret-r' }], secret: 'hunter2' },
      { ...ec, kid: 'ec', alg: 'ES256', private_key: pem, toJSON: () => ec },
      { ...ed, kid: 'ed', alg: 'EdDSA' },
      { kty: 'oct', kid: 'oct', alg: 'HS256', k },
      { kty: 'oct', kid: 'rsa-too', alg: 'RS256', k, ...{ n: rsa.n, e: rsa.e } },
      { ...ec, kid: { toJSON: () => ec.d } },
      ...[null, undefined, 'text', pem, 1, [], {}, createPrivateKey({ key: ec, format: 'jwk' })],
    ];
    const { keyStore } = await issuer();
    const { app } = await issuer({
      keyStore: { signingKey: () => keyStore.signingKey(), publicKeys: async () => stored as JsonWebKey[] },
    });
    const { body, text } = await request(app).get(JWKS).expect(200);
    expect(body).toEqual({
      keys: [
        { kid: 'rsa', alg: 'RS256', use: 'sig', kty: 'RSA', n: rsa.n, e: rsa.e },
        { kid: 'ec', alg: 'ES256', use: 'sig', kty: 'EC', crv: 'P-256', x: ec.x, y: ec.y },
      ],
    });
    const { d, p, q, dp, dq, qi } = rsa;
    for (const secret of [d, p, q, dp, dq, qi, ec.d, ed.d, k, 'hunter2']) expect(text).not.toContain(secret);
  });

  it('may be kept for five minutes', async () => {
    const { headers } = await request((await issuer()).app)
      .get(JWKS)
      .expect(200);
    expect(headers['cache-control']).toBe('public, max-age=300');
    expect(headers.etag).toMatch(/^(?:W\/)?"[^"]+"$/);
  });

  it.each([
    ['as it was', (etag: string) => etag],
    ['as weak', (etag: string) => `W/${etag.replace('W/', '')}`],
    ['among others', (etag: string) => `"a", ${etag}, "b"`],
    ['as any', () => '*'],
  ])('is 304 without a body for its ETag %s', async (_how, sent) => {
    const { app } = await issuer();
    const { headers } = await request(app).get(JWKS);
    for (const method of ['get', 'head'] as const) {
      const answer = await request(app)[method](JWKS).set('If-None-Match', sent(headers.etag!));
      expect([answer.status, answer.text || '']).toEqual([304, '']);
      expect(answer.headers.etag).toBe(headers.etag);
      expect(answer.headers['cache-control']).toBe('public, max-age=300');
    }
    await request(app).get(JWKS).set('If-None-Match', '"other"').expect(200);
  });

  it('has another ETag with other keys', async () => {
    const stores = [await StaticKeyStore.generate({ alg: 'ES256' }), await StaticKeyStore.generate({ alg: 'ES256' })];
    let [current] = stores;
    const keyStore = { signingKey: () => current!.signingKey(), publicKeys: () => current!.publicKeys() };
    const { app } = await issuer({ keyStore });
    const before = await request(app).get(JWKS);
    expect((await request(app).get(JWKS)).headers.etag).toBe(before.headers.etag);
    current = stores[1];
    const after = await request(app).get(JWKS).set('If-None-Match', before.headers.etag!).expect(200);
    expect(after.body.keys[0].kid).not.toBe(before.body.keys[0].kid);
  });

  it('has an ETag and 304 where the host turned ETags off', async () => {
    const { app } = await issuer({}, (host, router) => host.set('etag', false).use(router));
    const { headers } = await request(app).get(JWKS).expect(200);
    await request(app).get(JWKS).set('If-None-Match', headers.etag!).expect(304);
  });

  it('answers HEAD like GET, without the body', async () => {
    const { app } = await issuer();
    const [get, head] = [await request(app).get(JWKS), await request(app).head(JWKS)];
    const { date: _got, ...expected } = get.headers as Record<string, string>;
    expect([head.status, head.text || '']).toEqual([200, '']);
    expect(head.headers).toMatchObject(expected);
  });

  it.each(['post', 'put', 'patch', 'delete', 'options'] as const)('refuses %s: 405', async (method) => {
    const { app } = await issuer();
    const answer = await request(app)[method](JWKS);
    expect([answer.status, answer.headers.allow, answer.body.code]).toEqual([405, 'GET, HEAD', 12]);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it.each<[string, () => unknown, number]>([
    ['throws', () => Promise.reject(new Error('hunter2')), 500],
    ['gives no array', () => ({ keys: [] }), 500],
    ['gives nothing', () => undefined, 500],
    ['is down', () => Promise.reject(new StoreUnavailableError('hunter2')), 503],
    ['hangs', () => new Promise(() => undefined), 503],
  ])('of a key store that %s is an error, not to be kept', async (_what, publicKeys, status) => {
    const { keyStore } = await issuer();
    const signingKey = () => keyStore.signingKey();
    const { app } = await issuer({ keyStore: { signingKey, publicKeys: publicKeys as never }, storeTimeout: 50 });
    const answer = await request(app).get(JWKS);
    expect(answer.status).toBe(status);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers).not.toHaveProperty('etag');
    expect(answer.text).not.toContain('hunter2');
  });
});

describe("the host's own", () => {
  const json: RequestHandler = (req, res) => void res.json({ body: req.body, keys: Object.keys(req).sort() });

  it('routes are as they would be without the router', async () => {
    const routes = (app: Express) => {
      app.post('/echo', express.json(), json);
      app.get('/.well-known/security.txt', json).get('/v1beta1/auth', json).get(`${TOKEN_PATH}/more`, json);
      app.use((_req, res) => void res.status(404).set('X-Host', 'yes').send('no such page'));
    };
    const { app } = await issuer({}, (host, router) => routes(host.use(router)));
    const bare = express();
    routes(bare);
    for (const of of [
      (on: Express) => request(on).post('/echo').send({ a: 1 }),
      (on: Express) => request(on).get('/.well-known/security.txt'),
      (on: Express) => request(on).get('/v1beta1/auth'),
      (on: Express) => request(on).get(`${TOKEN_PATH}/more`),
      (on: Express) => request(on).get('/nowhere'),
      (on: Express) => request(on).post('/'),
    ]) {
      const [with_, without] = [await of(app), await of(bare)];
      const { date: _a, ...headers } = with_.headers as Record<string, string>;
      const { date: _b, ...expected } = without.headers as Record<string, string>;
      expect([with_.status, with_.text, headers]).toEqual([without.status, without.text, expected]);
    }
  });

  it('routes before the router win', async () => {
    const { app } = await issuer({}, (host, router) =>
      host.get(JWKS, (_req, res) => void res.send('mine')).use(router),
    );
    expect((await request(app).get(JWKS)).text).toBe('mine');
  });

  it('headers stay, but that what is no-store is', async () => {
    const headers: RequestHandler = (_req, res, next) => {
      res.set({ 'Content-Security-Policy': "default-src 'self'", 'X-Content-Type-Options': 'nosniff', Vary: 'Origin' });
      res.set({ 'Cache-Control': 'public, max-age=600', 'Access-Control-Allow-Origin': '*', ETag: '"host"' });
      res.cookie('a', 'b');
      res.removeHeader('X-Powered-By');
      next();
    };
    const host = await issuer({}, (app, router) => app.use(headers, router));
    const kept = {
      'content-security-policy': "default-src 'self'",
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': '*',
      vary: 'Origin',
      'set-cookie': ['a=b; Path=/'],
    };
    for (const [asked, cache] of [
      [bySecret(host), 'no-store'],
      [bySecret(host, { client_secret: 'wrong' }), 'no-store'],
      [request(host.app).get(JWKS), 'public, max-age=300'],
    ] as const) {
      const answer = await asked;
      expect(answer.headers).toMatchObject({ ...kept, 'cache-control': cache });
      expect(answer.headers).not.toHaveProperty('x-powered-by');
    }
    const { headers: got } = await request(host.app).get(JWKS);
    expect(got.etag).not.toBe('"host"');
  });

  it('passport, session and user are untouched', async () => {
    const passport = new Passport();
    const user = { id: 'human' };
    const session = { cookie: {}, passport: { user: 'human' } };
    const seen: Request[] = [];
    passport.deserializeUser((_id, done) => done(null, user));
    const host = await issuer({ authorize: ({ request: { user: current } }) => current === user }, (app, router) => {
      app.use((req, _res, next) => next(void Object.assign(req, { session: structuredClone(session) })));
      app.use(passport.initialize(), passport.session());
      app.use((req, _res, next) => next(void seen.push(req)), router);
    });
    await bySecret(host).expect(200);
    await bySecret(host, { client_secret: 'wrong' }).expect(401);
    const byAssertion = await assertAt(host, TOKEN_PATH, ISSUER);
    expect(byAssertion.status).toBe(200);
    expect(seen).toHaveLength(3);
    for (const req of seen as (Request & { session?: unknown })[]) {
      expect(req.user).toBe(user);
      expect(req.isAuthenticated()).toBe(true);
      expect(req.session).toEqual(session);
      expect(req).not.toHaveProperty('account');
      expect(req).not.toHaveProperty('auth');
    }
    expect(byAssertion.headers).not.toHaveProperty('set-cookie');
  });

  it('strategies keep their names: ours are in a passport of their own', async () => {
    const names = (passport: object) => Object.keys((passport as { _strategies: object })._strategies);
    class HostStrategy extends Strategy {
      constructor(override readonly name: string) {
        super();
      }
      override authenticate() {
        this.success({ id: this.name });
      }
    }
    const before = names(globalPassport);
    const ours = ['client-basic', 'client-body', 'assertion', 'access-token'];
    const host = await issuer({}, (app, router) => {
      app.use(router);
      for (const name of ours) {
        const passport = new Passport().use(new HostStrategy(name));
        app.get(
          `/${name}`,
          passport.authenticate(name, { session: false }) as RequestHandler,
          (req, res) => void res.json(req.user),
        );
      }
    });
    await bySecret(host).expect(200);
    await bySecret(host, { client_secret: 'wrong' }).expect(401);
    for (const name of ours) expect((await request(host.app).get(`/${name}`)).body).toEqual({ id: name });
    expect(names(globalPassport)).toEqual(before);
  });

  it('works without a session or a passport', async () => {
    const seen: Request[] = [];
    const host = await issuer({}, (app, router) => app.use((req, _res, next) => next(void seen.push(req)), router));
    await bySecret(host).expect(200);
    expect(seen[0]).not.toHaveProperty('user');
    expect(seen[0]).not.toHaveProperty('session');
  });

  it('error handler is never called, whatever fails', async () => {
    const handled: unknown[] = [];
    const mount: Mount = (app, router) => {
      app.use(router);
      app.use(((error, _req, res, _next) => {
        handled.push(error);
        res.status(599).end();
      }) as express.ErrorRequestHandler);
    };
    const broken = () => {
      throw Object.assign(new Error('hunter2'), { status: 418 });
    };
    const { keyStore, store } = await issuer();
    const hosts: Partial<FrontierTokenOptions>[] = [
      {},
      { credentialStore: { findCredential: broken } },
      { credentialStore: { findCredential: () => Promise.reject(undefined) } },
      { credentialStore: { findCredential: async () => 'nonsense' as never } },
      { keyStore: { signingKey: broken, publicKeys: broken } },
      { keyStore: { signingKey: async () => ({}) as never, publicKeys: async () => 1 as never } },
      { authorize: broken },
      { claims: broken },
      { claims: async () => 'nonsense' as never },
      { onEvent: broken },
      { replayStore: { claim: broken } },
      { rateLimit: { limiter: { get: broken, consume: broken } } },
      { credentialStore: store, keyStore, storeTimeout: 1, authorize: () => new Promise(() => undefined) },
    ];
    for (const options of hosts) {
      const host = await issuer(options, mount);
      const answers = await Promise.all([
        bySecret(host),
        bySecret(host, { client_secret: 'wrong' }),
        assertAt(host, TOKEN_PATH, ISSUER),
        request(host.app).post(TOKEN_PATH).type('json').send('{'),
        request(host.app).post(TOKEN_PATH).type('text/plain').send('a'),
        request(host.app).post(`${TOKEN_PATH}?client_id=%E0%A4%A`).type('form').send('a=b'),
        request(host.app).delete(TOKEN_PATH),
        request(host.app).get(JWKS),
        request(host.app).post(JWKS),
        request(host.app).post(METADATA),
      ]);
      for (const { status, text } of answers) {
        expect([200, 400, 401, 403, 404, 405, 415, 500, 503]).toContain(status);
        expect(text).not.toContain('hunter2');
      }
    }
    expect(handled).toEqual([]);
  });

  it('answer wins where it came first', async () => {
    const credentialStore = {
      findCredential: () => pause(60).then(() => undefined),
    };
    const host = await issuer({ credentialStore }, (app, router) => {
      app.use((_req, res, next) => next(void setTimeout(() => res.status(504).send('too slow'), 20)), router);
    });
    const answer = await bySecret(host);
    expect([answer.status, answer.text]).toEqual([504, 'too slow']);
    for (let waited = 0; waited < 3000 && host.events.length === 0; waited += 10) await pause(10);
    expect(host.events).toHaveLength(1);
  });
});
