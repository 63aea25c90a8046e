import { randomUUID } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import {
  AssertionStrategy,
  StoreUnavailableError,
  type AssertionStrategyOptions,
  type CredentialStore,
  type ReplayStore,
  type TokenError,
} from 'frontier-token';
import { Passport, type Strategy } from 'passport';
import request from 'supertest';
import { assertion, ISSUER, issuer, keyPair, TOKEN_PATH, type Issuer } from '../support/issuer.js';

describe('assertion in the passport of a host', () => {
  let issued: Issuer;
  beforeAll(async () => {
    issued = await issuer();
  });

  /** The strategy by its name, in the plain form and in that with a callback. */
  function host(options: Partial<AssertionStrategyOptions> = {}, ...parsers: RequestHandler[]): Express {
    const passport = new Passport();
    passport.use(new AssertionStrategy({ issuer: ISSUER, credentialStore: issued.store, ...options }));
    const app = express();
    if (parsers.length > 0) app.use(...parsers);
    app.post('/plain', passport.authenticate('assertion', { session: false }) as RequestHandler, (req, res) => {
      res.json(req.user);
    });
    app.post('/callback', (req, res, next) => {
      const done = (error: unknown, user: unknown, challenge: unknown, status: unknown): void => {
        if (error) next(error);
        else res.json({ user, challenge, status });
      };
      (passport.authenticate('assertion', { session: false }, done) as RequestHandler)(req, res, next);
    });
    const onError: ErrorRequestHandler = (error: TokenError, _req, res, _next) => {
      res.status(error.status).json({ handler: 'of the host', name: error.name, cause: String(error.cause) });
    };
    return app.use(onError);
  }

  const inBody = (app: Express, jwt: string, path = '/plain', more: object = {}) =>
    request(app)
      .post(path)
      .type('form')
      .send({ assertion: jwt, ...more });

  /** A store that finds the issuer's key under whatever id, changed. It takes no claims. */
  const holding = (changes: object = {}): CredentialStore => ({
    findCredential: async () => Object.assign((await issued.store.findCredential(issued.key.kid))!, changes),
  });
  type Claims = Record<string, unknown>;
  const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

  it('has this name', () => {
    expect(new AssertionStrategy({ issuer: ISSUER, credentialStore: issued.store }).name).toBe('assertion');
  });

  it('leaves account and credential as req.user, and nothing that verifies', async () => {
    const { robot, key } = issued;
    const { body } = await inBody(host(), await assertion(issued)).expect(200);
    expect(body).toEqual({
      account: JSON.parse(JSON.stringify(robot)),
      credential: { id: key.kid, accountId: robot.id, type: 'public_key', createdAt: expect.any(String) },
    });
  });

  it('hands a callback the same user', async () => {
    const { body } = await inBody(host(), await assertion(issued), '/callback').expect(200);
    expect(body).toMatchObject({ user: { account: { id: issued.robot.id }, credential: { id: issued.key.kid } } });
    expect(JSON.stringify(body)).not.toContain('publicKey');
  });

  it('reads a JSON body and a Bearer header too', async () => {
    const app = host();
    await request(app)
      .post('/plain')
      .send({ assertion: await assertion(issued) })
      .expect(200);
    await request(app)
      .post('/plain')
      .set('Authorization', `bearer ${await assertion(issued)}`)
      .expect(200);
  });

  it.each<[string, RequestHandler[]]>([
    ['express.urlencoded()', [express.urlencoded({ extended: false })]],
    ['express.urlencoded({ extended: true })', [express.urlencoded({ extended: true })]],
    ['express.json()', [express.json()]],
    ['json and urlencoded', [express.json(), express.urlencoded({ extended: true })]],
    ['express.raw()', [express.raw({ type: '*/*' })]],
    ['express.text()', [express.text({ type: '*/*' })]],
  ])('reads the body with %s of the host’s', async (_what, parsers) => {
    const app = host({}, ...parsers);
    await inBody(app, await assertion(issued)).expect(200);
    await request(app)
      .post('/plain')
      .send({ assertion: await assertion(issued) })
      .expect(200);
    await request(app)
      .post('/plain')
      .set('Authorization', `Bearer ${await assertion(issued)}`)
      .expect(200);
  });

  it.each<[string, number, object, Record<string, string>]>([
    ['no assertion', 400, {}, {}],
    ['an empty one', 400, { assertion: '' }, {}],
    ['two parts of one', 400, { assertion: 'e30.e30' }, {}],
    ['one that is no JSON', 400, { assertion: 'YQ.YQ.YQ' }, {}],
    ['one that is repeated', 400, { assertion: ['e30.e30.YQ', 'e30.e30.YQ'] }, {}],
    ['one in the body and one in the header', 400, { assertion: 'e30.e30.YQ' }, { Authorization: 'Bearer e30.e30.YQ' }],
    ['a client secret beside it', 400, { assertion: 'e30.e30.YQ', client_secret: 'a' }, {}],
    ['a Basic header beside it', 400, { assertion: 'e30.e30.YQ' }, { Authorization: 'Basic YTpi' }],
    ['another scheme', 400, {}, { Authorization: 'Digest e30.e30.YQ' }],
    ['a header without one', 400, {}, { Authorization: 'Bearer' }],
    ['one without a kid', 401, { assertion: 'e30.e30.YQ' }, {}],
  ])('refuses %s with %i and a challenge', async (_what, status, body, headers) => {
    const send = (path: string) => request(host()).post(path).set(headers).send(body);
    const challenge = `Bearer realm="${ISSUER}"`;
    expect((await send('/callback').expect(200)).body).toEqual({ user: false, challenge, status });
    const plain = await send('/plain').expect(status);
    expect(plain.headers['www-authenticate']).toBe(status === 401 ? challenge : undefined);
  });

  it.each<[string, Claims, Claims]>([
    ['no exp', { exp: undefined }, {}],
    ['an exp that is past', { iat: inSeconds(-90), exp: inSeconds(-60) }, {}],
    ['an nbf that is to come', { nbf: inSeconds(60) }, {}],
    ['an iat that is to come', { iat: inSeconds(60), exp: inSeconds(90) }, {}],
    ['too long a life', { exp: inSeconds(4000) }, {}],
    ['the issuer of another', { iss: 'other' }, {}],
    ['the subject of another', { sub: 'other' }, {}],
    ['another audience', { aud: 'https://elsewhere.test' }, {}],
    ['no audience', { aud: undefined }, {}],
    ['an unknown key', {}, { kid: 'unknown' }],
    ['a jti that is no text', { jti: 5 }, {}],
  ])('refuses an assertion with %s with 401', async (_what, claims, header) => {
    const { body } = await inBody(host(), await assertion(issued, claims, header), '/callback').expect(200);
    expect(body).toEqual({ user: false, challenge: `Bearer realm="${ISSUER}"`, status: 401 });
  });

  it('refuses the signature of another key with 401', async () => {
    const pem = keyPair().privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    await inBody(host(), await assertion({ key: { ...issued.key, private_key: pem } })).expect(401);
  });

  it.each<[string, number, object | ((robot: object) => object)]>([
    ['a revoked key', 401, { revokedAt: new Date(0) }],
    ['an expired key', 401, { expiresAt: new Date(Date.now() - 1) }],
    ['a key whose account is gone', 401, { account: undefined }],
    ['a client secret', 401, { type: 'client_secret', secretHash: 'sha256$' }],
    ['the key of another id', 401, { id: 'OTHER' }],
    ['a disabled account', 403, (robot: object) => ({ account: { ...robot, state: 'disabled' } })],
    ['an account in no state', 403, (robot: object) => ({ account: { ...robot, state: undefined } })],
  ])('refuses %s with %i', async (_what, status, changes) => {
    const found = typeof changes === 'function' ? changes(issued.robot) : changes;
    const app = host({ credentialStore: holding(found) });
    await inBody(app, await assertion(issued)).expect(status);
    const { body } = await inBody(app, await assertion(issued), '/callback').expect(200);
    expect(body).toMatchObject({ user: false, status });
  });

  type Failure = [string, number, () => unknown, string];
  const failures: Failure[] = [
    [
      'throws',
      500,
      () => {
        throw new Error('db');
      },
      'Error: db',
    ],
    ['rejects', 500, () => Promise.reject(Object.assign(new Error('db'), { status: 401 })), 'Error: db'],
    ['rejects with a text', 500, () => Promise.reject('db'), 'db'],
    ['rejects with undefined', 500, () => Promise.reject(undefined), 'undefined'],
    ['is unavailable', 503, () => Promise.reject(new StoreUnavailableError('db')), 'StoreUnavailableError: db'],
    ['hangs', 503, () => new Promise(() => undefined), 'StoreUnavailableError: no answer within 50 ms'],
  ];

  async function expectError(app: Express, status: number, cause: string): Promise<void> {
    for (const path of ['/plain', '/callback']) {
      const { body } = await inBody(app, await assertion(issued), path).expect(status);
      const name = status === 500 ? 'ServerError' : 'TemporarilyUnavailableError';
      expect(body).toEqual({ handler: 'of the host', name, cause });
    }
  }

  it.each<Failure>([
    ...failures,
    [
      'returns a key that is none',
      500,
      async () => ({ ...(await issued.store.findCredential(issued.key.kid)), publicKey: { kty: 'EC' } }),
      'TypeError: the key is malformed, or of a type or curve that is not supported',
    ],
  ])(
    'reports a store that %s with error (%i), to the error handler of the host',
    async (_what, status, find, cause) => {
      const credentialStore = { findCredential: find } as unknown as CredentialStore;
      await expectError(host({ credentialStore, storeTimeout: 50 }), status, cause);
    },
  );

  it.each<Failure>([
    ...failures,
    ['returns nothing', 500, async () => undefined, 'TypeError: the replay store returned neither true nor false'],
    ['returns a number', 500, async () => 1, 'TypeError: the replay store returned neither true nor false'],
  ])('reports a replay store that %s with error (%i): no user', async (_what, status, claim, cause) => {
    await expectError(host({ replayStore: { claim } as ReplayStore, storeTimeout: 50 }), status, cause);
  });

  describe('takes an assertion once', () => {
    it('with the claims of the credential store, where it takes claims', async () => {
      const jwt = await assertion(issued);
      await inBody(host(), jwt).expect(200);
      await inBody(host(), jwt).expect(401);
    });

    it('else in memory', async () => {
      const app = host({ credentialStore: holding() });
      const jwt = await assertion(issued);
      await inBody(app, jwt).expect(200);
      await inBody(app, jwt).expect(401);
      await inBody(host({ credentialStore: holding() }), jwt).expect(200);
    });

    it('with a replay store of its own', async () => {
      const claimed: [string, Date][] = [];
      const replayStore: ReplayStore = {
        claim: async (id, expiresAt) => {
          claimed.push([id, expiresAt]);
          return claimed.length === 1;
        },
      };
      const exp = inSeconds(60);
      const jwt = await assertion(issued, { exp, jti: 'x'.repeat(10_000) });
      await inBody(host({ replayStore }), jwt).expect(200);
      await inBody(host({ replayStore }), jwt).expect(401);
      expect(claimed[0]).toEqual([expect.stringMatching(/^[\w-]{1,64}$/), new Date((exp + 30) * 1000)]);
      expect(claimed[1]).toEqual(claimed[0]);
    });

    it('of twenty at once', async () => {
      const app = host({ credentialStore: holding() });
      const jwt = await assertion(issued);
      const answers = await Promise.all(Array.from({ length: 20 }, () => inBody(app, jwt)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(19);
    });

    it('unless replayStore is false, or it has no jti', async () => {
      const off = host({ replayStore: false });
      const jwt = await assertion(issued);
      await inBody(off, jwt).expect(200);
      await inBody(off, jwt).expect(200);
      const nameless = await assertion(issued, { jti: undefined });
      await inBody(host(), nameless).expect(200);
      await inBody(host(), nameless).expect(200);
    });
  });

  it.each<[string, Partial<AssertionStrategyOptions>, Claims, number]>([
    ['no audience: the issuer', {}, { aud: ISSUER }, 200],
    ['no audience: the token endpoint', {}, { aud: ISSUER + TOKEN_PATH }, 200],
    ['no audience: one of several', {}, { aud: ['https://elsewhere.test', ISSUER] }, 200],
    ['an audience, which replaces both', { audience: 'urn:here' }, { aud: ISSUER }, 401],
    ['an audience', { audience: 'urn:here' }, { aud: 'urn:here' }, 200],
    ['several audiences', { audience: ['urn:here', ISSUER] }, { aud: ISSUER }, 200],
    ['clockTolerance 0', { clockTolerance: 0 }, { iat: inSeconds(5) }, 401],
    ['clockTolerance 90', { clockTolerance: 90 }, { iat: inSeconds(-90), exp: inSeconds(-60) }, 200],
    ['maxLifetime', { maxLifetime: 100, clockTolerance: 0 }, { exp: inSeconds(200) }, 401],
    ['maxLifetime', { maxLifetime: 7200 }, { exp: inSeconds(7200) }, 200],
    ['other algorithms', { algorithms: ['RS256', 'ES384'] }, {}, 401],
    ['this algorithm', { algorithms: ['ES256'] }, {}, 200],
    ['requireJti', { requireJti: true }, { jti: undefined }, 401],
    ['requireJti', { requireJti: true }, { jti: randomUUID() }, 200],
    ['the standard profile', { profile: 'standard' }, { aud: undefined }, 401],
    ['the frontier profile', { profile: 'frontier' }, { aud: undefined, iss: 'any', sub: 'any' }, 200],
    ['the frontier profile', { profile: 'frontier' }, { exp: inSeconds(86_400) }, 200],
    ['the frontier profile', { profile: 'frontier' }, { aud: 'https://elsewhere.test' }, 401],
    ['the frontier profile', { profile: 'frontier' }, { exp: undefined }, 401],
  ])('with %s (%j) claims %j are answered with %i', async (_what, options, claims, status) => {
    await inBody(host(options), await assertion(issued, claims)).expect(status);
  });

  it('takes an assertion again in the frontier profile', async () => {
    const app = host({ profile: 'frontier' });
    const jwt = await assertion(issued);
    await inBody(app, jwt).expect(200);
    await inBody(app, jwt).expect(200);
  });

  it('keeps requests apart that come at once, whatever order the store answers in', async () => {
    const { store, accounts } = issued;
    const keys = await Promise.all(
      Array.from({ length: 8 }, async () => accounts.createKey((await accounts.create()).id, { alg: 'ES256' })),
    );
    const held: (() => void)[] = [];
    const credentialStore: CredentialStore = {
      async findCredential(id) {
        await new Promise<void>((resolve) => {
          held.push(resolve);
          if (held.length === keys.length) for (const release of held.reverse()) release();
        });
        return store.findCredential(id);
      },
    };
    const app = host({ credentialStore });
    const jwts = await Promise.all(keys.map((key) => assertion({ key })));
    const answers = await Promise.all(jwts.map((jwt, index) => inBody(app, jwt, index % 2 ? '/plain' : '/callback')));
    const users = answers.map(({ body }) => body.user ?? body);
    expect(users.map(({ credential }) => credential.id)).toEqual(keys.map(({ kid }) => kid));
    expect(users.map(({ account }) => account.id)).toEqual(keys.map(({ principal_id }) => principal_id));
  });

  it('works as the prototype that passport makes of it, and gives it no promise to drop', async () => {
    const made = new AssertionStrategy({ issuer: ISSUER, credentialStore: issued.store });
    const strategy = Object.create(made) as Strategy & Record<string, unknown>;
    const outcome = new Promise((resolve) =>
      Object.assign(strategy, { error: resolve, fail: resolve, success: resolve }),
    );
    const req = { headers: {}, rawHeaders: [], body: { assertion: await assertion(issued) } };
    expect((strategy.authenticate as (req: object) => unknown)(req)).toBeUndefined();
    expect(await outcome).toMatchObject({ credential: { id: issued.key.kid } });
  });
});
