import { hash } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import {
  ClientBasicStrategy,
  ClientBodyStrategy,
  hashSecret,
  StoreUnavailableError,
  TokenError,
  type ClientStrategyOptions,
  type CredentialStore,
} from 'frontier-token';
import { Passport, type Strategy } from 'passport';
import request from 'supertest';
import { issuer, type Issuer } from '../support/issuer.js';

/** A host with a passport of its own: each strategy by its name, in the plain form and in that with a callback. */
function host(strategy: Strategy & { name: string }, ...parsers: RequestHandler[]): Express {
  const passport = new Passport();
  passport.use(strategy);
  const app = express();
  if (parsers.length > 0) app.use(...parsers);
  app.post('/plain', passport.authenticate(strategy.name, { session: false }) as RequestHandler, (req, res) => {
    res.json(req.user);
  });
  app.post('/callback', (req, res, next) => {
    const done = (error: unknown, user: unknown, challenge: unknown, status: unknown): void => {
      if (error) next(error);
      else res.json({ user, challenge, status });
    };
    (passport.authenticate(strategy.name, { session: false }, done) as RequestHandler)(req, res, next);
  });
  const onError: ErrorRequestHandler = (error: TokenError, _req, res, _next) => {
    res.status(error.status).json({ handler: 'of the host', name: error.name, cause: String(error.cause) });
  };
  return app.use(onError);
}

/** A store that finds the issuer's credential under whatever id, changed. */
const holding = ({ store, id }: Issuer, changes: object = {}): CredentialStore => ({
  findCredential: async () => Object.assign((await store.findCredential(id))!, changes),
});

const form = (app: Express, path: string, body: string) =>
  request(app).post(path).set('Content-Type', 'application/x-www-form-urlencoded').send(body);
const asForm = (id: string, secret: string) => new URLSearchParams({ client_id: id, client_secret: secret }).toString();

const kinds = [
  {
    name: 'client-basic',
    make: (options: ClientStrategyOptions) => new ClientBasicStrategy(options),
    present: (app: Express, path: string, id: string, secret: string) => request(app).post(path).auth(id, secret),
  },
  {
    name: 'client-body',
    make: (options: ClientStrategyOptions) => new ClientBodyStrategy(options),
    present: (app: Express, path: string, id: string, secret: string) => form(app, path, asForm(id, secret)),
  },
];

describe.each(kinds)('$name in the passport of a host', ({ name, make, present }) => {
  let issued: Issuer;
  beforeAll(async () => {
    issued = await issuer();
  });

  it('has this name', () => {
    expect(make({ credentialStore: issued.store }).name).toBe(name);
  });

  it('leaves account and credential as req.user, and nothing that verifies', async () => {
    const { store, robot, id, secret } = issued;
    const { body } = await present(host(make({ credentialStore: store })), '/plain', id, secret).expect(200);
    const { type, createdAt } = (await store.findCredential(id))!;
    const credential = { id, accountId: robot.id, type, createdAt };
    expect(body).toEqual(JSON.parse(JSON.stringify({ account: robot, credential })));
  });

  it('hands a callback the same user, without challenge and status', async () => {
    const { store, robot, id, secret } = issued;
    const { body } = await present(host(make({ credentialStore: store })), '/callback', id, secret).expect(200);
    expect(body).toMatchObject({ user: { account: { id: robot.id }, credential: { id, type: 'client_secret' } } });
    expect(JSON.stringify(body)).not.toContain('sha256$');
    expect(body).not.toHaveProperty('status');
  });

  it.each<[string, number, object | ((robot: object) => object), string | undefined]>([
    ['a wrong secret', 401, {}, 'wrong'],
    ['an unknown client', 401, { id: 'other' }, undefined],
    ['a revoked secret', 401, { revokedAt: new Date() }, undefined],
    ['an expired secret', 401, { expiresAt: new Date(Date.now() - 1) }, undefined],
    ['a secret whose account is gone', 401, { account: undefined }, undefined],
    ['a key', 401, { type: 'public_key', publicKey: {} }, undefined],
    ['a disabled account', 403, (robot: object) => ({ account: { ...robot, state: 'disabled' } }), undefined],
  ])('refuses %s with %i and a challenge', async (_what, status, changes, wrong) => {
    const found = typeof changes === 'function' ? changes(issued.robot) : changes;
    const app = host(make({ credentialStore: holding(issued, found) }));
    const { id, secret } = issued;
    const { body } = await present(app, '/callback', id, wrong ?? secret).expect(200);
    expect(body).toEqual({ user: false, challenge: 'Basic realm="frontier-token"', status });
    const plain = await present(app, '/plain', id, wrong ?? secret).expect(status);
    expect(plain.headers['www-authenticate']).toBe(status === 401 ? 'Basic realm="frontier-token"' : undefined);
  });

  it.each([
    ['the host’s own words', 'machines', 'machines'],
    ['quotes and backslashes', 'the "inner" \\ circle', 'the \\"inner\\" \\\\ circle'],
    ['what a header can’t hold', 'für alle\r\nSet-Cookie: a=b', 'f%C3%BCr alle%0D%0ASet-Cookie: a=b'],
  ])('puts a realm with %s into the challenge', async (_what, realm, quoted) => {
    const app = host(make({ credentialStore: issued.store, realm }));
    const { headers } = await present(app, '/plain', issued.id, 'wrong').expect(401);
    expect(headers['www-authenticate']).toBe(`Basic realm="${quoted}"`);
  });

  it.each<[string, number, () => unknown, string]>([
    [
      'throws',
      500,
      () => {
        throw new Error('db');
      },
      'Error: db',
    ],
    ['rejects with an error', 500, () => Promise.reject(new Error('db')), 'Error: db'],
    [
      'rejects with a status of its own',
      500,
      () => Promise.reject(Object.assign(new Error('db'), { status: 401 })),
      'Error: db',
    ],
    ['rejects with a text', 500, () => Promise.reject('db'), 'db'],
    ['rejects with undefined', 500, () => Promise.reject(undefined), 'undefined'],
    ['is unavailable', 503, () => Promise.reject(new StoreUnavailableError('db')), 'StoreUnavailableError: db'],
    ['hangs', 503, () => new Promise(() => undefined), 'StoreUnavailableError: no answer within 50 ms'],
    [
      'answers too late, with a failure',
      503,
      () => new Promise((_, reject) => setTimeout(reject, 250)),
      'StoreUnavailableError: no answer within 50 ms',
    ],
    [
      'returns a date that is none',
      500,
      async () => ({ ...(await issued.store.findCredential(issued.id)), expiresAt: 'soon' }),
      'TypeError: the credential store returned an expiresAt that is no valid Date',
    ],
  ])(
    'reports a store that %s with error (%i), to the error handler of the host',
    async (_what, status, find, cause) => {
      const credentialStore = { findCredential: find } as unknown as CredentialStore;
      const app = host(make({ credentialStore, storeTimeout: 50 }));
      for (const path of ['/plain', '/callback']) {
        const { body } = await present(app, path, issued.id, issued.secret).expect(status);
        const handled = status === 500 ? 'ServerError' : 'TemporarilyUnavailableError';
        expect(body).toEqual({ handler: 'of the host', name: handled, cause });
      }
      // An unhandled rejection would come now, and fail this spec.
      await new Promise((resolve) => setTimeout(resolve, 220));
    },
  );

  it('reports with an error whose message is safe to show', async () => {
    const passport = new Passport();
    const credentialStore = { findCredential: () => Promise.reject(new Error('db password')) };
    passport.use(make({ credentialStore }));
    const app = express()
      .set('env', 'test')
      .use(passport.authenticate(name, { session: false }) as RequestHandler);
    const seen: TokenError[] = [];
    app.use(((error: TokenError, _req, res, _next) => {
      seen.push(error);
      res.sendStatus(error.status);
    }) as ErrorRequestHandler);
    await present(app, '/', issued.id, issued.secret).expect(500);
    expect(seen[0]).toBeInstanceOf(TokenError);
    expect(seen[0]?.message).toBe('internal error');
  });

  it('keeps requests apart that come at once, whatever order the store answers in', async () => {
    const { store, accounts, robot } = issued;
    const clients = await Promise.all(Array.from({ length: 12 }, () => accounts.createSecret(robot.id)));
    const held: (() => void)[] = [];
    const credentialStore: CredentialStore = {
      async findCredential(id) {
        await new Promise<void>((resolve) => {
          held.push(resolve);
          if (held.length === clients.length) for (const release of held.reverse()) release();
        });
        return store.findCredential(id);
      },
    };
    const strategy = make({ credentialStore });
    const app = host(strategy);
    const answers = await Promise.all(
      clients.map(({ clientId, clientSecret }, index) =>
        present(app, index % 2 ? '/plain' : '/callback', clientId, clientSecret),
      ),
    );
    const users = answers.map(({ body }) => (body.user ?? body).credential.id);
    expect(users).toEqual(clients.map(({ clientId }) => clientId));
    // Passport writes onto an object of its own for each request: the strategy itself stays clean.
    for (const action of ['success', 'fail', 'error', 'pass']) expect(strategy).not.toHaveProperty(action);
  });

  it('works as the prototype that passport makes of it, and gives it no promise to drop', async () => {
    const strategy = Object.create(make({ credentialStore: issued.store })) as Strategy & Record<string, unknown>;
    const outcome = new Promise((resolve) =>
      Object.assign(strategy, { error: resolve, fail: resolve, success: resolve }),
    );
    const { id, secret } = issued;
    const headers = { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
    const req = { headers, rawHeaders: [], body: { client_id: id, client_secret: secret } };
    expect((strategy.authenticate as (req: object) => unknown)(req)).toBeUndefined();
    expect(await outcome).toMatchObject({ credential: { id } });
  });

  it('hands what a callback throws to that callback, as an error', async () => {
    const passport = new Passport();
    passport.use(make({ credentialStore: issued.store }));
    const app = express().use((req, res, next) => {
      const done = (error: Error | null): void => {
        if (!error) throw new Error('of the host');
        res.status(500).json(error.message);
      };
      (passport.authenticate(name, { session: false }, done) as RequestHandler)(req, res, next);
    });
    const { body } = await present(app, '/', issued.id, issued.secret).expect(500);
    expect(body).toBe('of the host');
  });

  it('asks verifySecret about schemes that are unknown to us, and takes only true', async () => {
    const credentialStore = holding(issued, { secretHash: 'plain$open sesame' });
    const strategy = (answer: unknown) =>
      host(
        make({
          credentialStore,
          verifySecret: async (secret, hash) => (hash === `plain$${secret}` && answer) as boolean,
        }),
      );
    await present(strategy(true), '/plain', issued.id, 'open sesame').expect(200);
    await present(strategy(true), '/plain', issued.id, 'wrong').expect(401);
    await present(strategy(1), '/plain', issued.id, 'open sesame').expect(401);
  });

  it('checks slow hashes', async () => {
    const credentialStore = holding(issued, { secretHash: await hashSecret('of a person') });
    await present(host(make({ credentialStore })), '/plain', issued.id, 'of a person').expect(200);
    await present(host(make({ credentialStore })), '/plain', issued.id, 'of a machine').expect(401);
  });
});

describe('client-basic reads the header itself, since passport-http', () => {
  const basic = (credentials: string | Buffer) => `Basic ${Buffer.from(credentials).toString('base64')}`;
  const secretOf = async (secret: string) => {
    const secretHash = `sha256$${hash('sha256', secret, 'base64url')}`;
    const credentialStore = holding(await issuer(), { id: 'id', secretHash });
    return host(new ClientBasicStrategy({ credentialStore }));
  };

  it('cuts a secret at its second colon', async () => {
    const app = await secretOf('a:b:');
    await request(app).post('/plain').set('Authorization', basic('id:a:b:')).expect(200);
    await request(app).post('/plain').set('Authorization', basic('id:a')).expect(401);
  });

  it.each<[string, string | undefined]>([
    ['takes a scheme that only holds its name', 'XBasicY ' + basic('id:secret').slice(6)],
    ['calls an empty secret a challenge', basic('id:')],
    ['has no word for an empty id', basic(':secret')],
    ['has no word for what is not base64', 'Basic id:secret'],
    ['has no word for what is not UTF-8', basic(Buffer.from([0x69, 0x3a, 0xff]))],
    ['has no word for credentials without a colon', basic('id')],
    ['has no word for another scheme', 'Bearer abc'],
    ['has no word for a scheme alone', 'Basic'],
    ['has no word for none', undefined],
  ])('%s: 400', async (_what, header) => {
    const app = await secretOf('secret');
    for (const path of ['/plain', '/callback']) {
      const sent = request(app).post(path);
      const { status, body } = await (header === undefined ? sent : sent.set('Authorization', header));
      expect(path === '/plain' ? status : body.status).toBe(400);
    }
  });

  it.each([
    ['in any case', 'bAsIC ' + basic('id:p+/ä%41').slice(6)],
    ['with a form-encoded secret', basic('id:p%2B%2F%C3%A4%2541')],
  ])('takes credentials %s', async (_what, header) => {
    await request(await secretOf('p+/ä%41'))
      .post('/plain')
      .set('Authorization', header)
      .expect(200);
  });
});

describe('client-body reads the body', () => {
  const parsers: [string, RequestHandler[]][] = [
    ['no parser', []],
    ['express.urlencoded()', [express.urlencoded({ extended: false })]],
    ['express.urlencoded({ extended: true })', [express.urlencoded({ extended: true })]],
    ['express.json()', [express.json()]],
    ['json and urlencoded', [express.json(), express.urlencoded({ extended: true })]],
    ['express.raw()', [express.raw({ type: '*/*' })]],
    ['express.text()', [express.text({ type: '*/*' })]],
  ];

  it.each(parsers)('with %s of the host’s', async (_what, used) => {
    const { store, id, secret } = await issuer();
    const app = host(new ClientBodyStrategy({ credentialStore: store }), ...used);
    await form(app, '/plain', asForm(id, secret)).expect(200);
    await request(app).post('/plain').send({ client_id: id, client_secret: secret }).expect(200);
    await request(app).post('/plain').send({ client_id: id, client_secret: 'wrong' }).expect(401);
  });

  const FORM = 'application/x-www-form-urlencoded';
  const JSON_TYPE = 'application/json';

  it.each<[string, number, string, string]>([
    ['no credentials', 400, FORM, ''],
    ['an id alone', 400, FORM, 'client_id=a'],
    ['a secret alone', 400, FORM, 'client_secret=b'],
    ['an id twice', 400, FORM, 'client_id=a&client_id=a&client_secret=b'],
    ['a secret in an array', 400, JSON_TYPE, '{"client_id":"a","client_secret":["b"]}'],
    ['a broken body', 400, JSON_TYPE, '{"client_id":'],
    ['another media type', 400, 'text/plain', 'client_id=a&client_secret=b'],
    ['a body of more than 64 KiB', 400, FORM, `client_id=a&client_secret=${'b'.repeat(65_536)}`],
  ])('and refuses %s with %i', async (_what, status, type, body) => {
    const { store } = await issuer();
    const app = host(new ClientBodyStrategy({ credentialStore: store }));
    const send = (path: string) => request(app).post(path).set('Content-Type', type).send(body);
    await send('/plain').expect(status);
    expect((await send('/callback').expect(200)).body).toMatchObject({ user: false, status });
  });
});
