import type { ErrorRequestHandler } from 'express';
import {
  InvalidClientError,
  InvalidRequestError,
  StoreUnavailableError,
  TooManyAttemptsError,
  UnauthorizedClientError,
  type CredentialStore,
  type FrontierTokenOptions,
  type GrantContext,
} from 'frontier-token';
import { decodeJwt } from 'jose';
import request from 'supertest';
import {
  assertion,
  byAssertion,
  bySecret,
  issuer,
  ISSUER,
  JWT_BEARER,
  TOKEN_PATH,
  verified,
  type Issuer,
} from '../support/issuer.js';
import { nameless, untellable } from '../support/untellable';

/** An issuer with these hooks in a host whose error handler tells that it was called. */
const hooked = (options: Partial<FrontierTokenOptions>) =>
  issuer(options, (app, router) => {
    const onError: ErrorRequestHandler = (_error, _req, res, _next) => {
      res.status(599).json('the error handler of the host');
    };
    app.use(router).use(onError);
  });

async function claimsOf(issued: Issuer, more: object = {}) {
  const { body } = await bySecret(issued, more).expect(200);
  return (await verified(issued.app, body.access_token as string)).payload;
}

const failed = (status: 500 | 503) => {
  const [code, error, message] = {
    500: [13, 'server_error', 'internal error'] as const,
    503: [14, 'temporarily_unavailable', 'temporarily unavailable, try again later'] as const,
  }[status];
  const reason = error.toUpperCase();
  const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: new URL(ISSUER).hostname }];
  return { code, message, details, error, error_description: message };
};

describe('claims', () => {
  it.each<[string, FrontierTokenOptions['claims']]>([
    ['an object', () => ({ tenant: 'a', roles: ['x'], deep: { yes: true } })],
    ['a promise of one', async () => ({ tenant: 'a', roles: ['x'], deep: { yes: true } })],
    ['what makes one of itself', () => ({ toJSON: () => ({ tenant: 'a', roles: ['x'], deep: { yes: true } }) })],
    [
      'one of a class',
      () =>
        new (class {
          tenant = 'a';
          roles = ['x'];
          deep = { yes: true };
        })(),
    ],
  ])('gives the token more claims: %s', async (_what, claims) => {
    const payload = await claimsOf(await issuer({ claims }));
    expect(payload).toMatchObject({ tenant: 'a', roles: ['x'], deep: { yes: true }, iss: ISSUER });
  });

  it('can depend on the grant', async () => {
    const claims = ({ account, scopes, request: { headers } }: GrantContext) => ({
      title: account.title,
      rights: scopes.length,
      tenant: headers['x-tenant'],
    });
    const issued = await issuer({ claims });
    const { body } = await bySecret(issued, { scope: 'reports:read' }).set('X-Tenant', 'acme').expect(200);
    expect(decodeJwt(body.access_token as string)).toMatchObject({ title: 'robot', rights: 1, tenant: 'acme' });
  });

  it('gives what JSON gives of it', async () => {
    const claims = () => ({
      at: new Date(0),
      none: undefined,
      call: () => 1,
      nan: NaN,
      nil: null,
      map: new Map([[1, 2]]),
    });
    const payload = await claimsOf(await issuer({ claims }));
    expect(payload).toMatchObject({ at: '1970-01-01T00:00:00.000Z', nan: null, nil: null, map: {} });
    expect(payload).not.toHaveProperty('none');
    expect(payload).not.toHaveProperty('call');
  });

  const own = ['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti', 'client_id', 'scope'];

  it.each(own)('can’t override %s', async (name) => {
    const plain = await claimsOf(await issuer());
    for (const forged of [{ [name]: 'forged' }, { toJSON: () => ({ [name]: 'forged' }) }]) {
      const payload = await claimsOf(await issuer({ claims: () => ({ ...forged, more: 1 }) }));
      expect(typeof payload[name]).toBe(typeof plain[name]);
      expect(payload[name]).not.toBe('forged');
      if (!('toJSON' in forged)) expect(payload).toHaveProperty('more', 1);
    }
  });

  it('can’t give a scope to a token that has none', async () => {
    const issued = await issuer({ claims: () => ({ scope: 'admin', more: 1 }) });
    await issued.store.updateAccount(issued.robot.id, { scopes: [] });
    const { body } = await bySecret(issued).expect(200);
    expect(body).not.toHaveProperty('scope');
    expect((await verified(issued.app, body.access_token as string)).payload).not.toHaveProperty('scope');
  });

  it('can’t change the token by changing what it is told', async () => {
    const change = ({ account, credential, scopes }: GrantContext) => {
      account.id = credential.id = 'forged';
      scopes.push('admin');
      return true;
    };
    for (const hook of [{ authorize: change }, { claims: (grant: GrantContext) => ({ more: change(grant) }) }]) {
      const issued = await issuer(hook);
      const payload = await claimsOf(issued);
      expect(payload).toMatchObject({
        sub: issued.robot.id,
        client_id: issued.id,
        scope: 'reports:read reports:write',
      });
      expect(issued.events).toMatchObject([{ accountId: issued.robot.id, scopes: ['reports:read', 'reports:write'] }]);
    }
  });

  it.each(['gen', 'kid', 'sub_type', 'org_ids', 'auth_via'])(
    'can’t override %s in the frontier profile',
    async (name) => {
      const issued = await issuer({ profile: 'frontier', claims: () => ({ [name]: 'forged', more: 1 }) });
      await issued.store.updateAccount(issued.robot.id, { orgId: 'acme' });
      const payload = await claimsOf(issued);
      expect(payload).toMatchObject({ gen: 'system', sub_type: 'app/serviceuser', org_ids: 'acme', more: 1 });
      expect(payload[name]).not.toBe('forged');
    },
  );

  it('pollutes nothing with __proto__', async () => {
    const issued = await issuer({ claims: () => JSON.parse('{"__proto__":{"polluted":1},"constructor":2}') as object });
    await bySecret(issued).expect(200);
    expect({}).not.toHaveProperty('polluted');
  });

  const circular: Record<string, unknown> = { secret: 'detail' };
  circular.self = circular;

  it.each<[string, () => unknown]>([
    ['undefined', () => undefined],
    ['null', () => null],
    ['true', () => true],
    ['a number', () => 5],
    ['a text', () => 'secret detail'],
    ['an array', () => [{ secret: 'detail' }]],
    ['a function', () => () => ({})],
    ['a symbol', () => Symbol('secret detail')],
    ['a BigInt', () => ({ secret: 10n })],
    ['a circle', () => circular],
    ['a Date', () => new Date()],
    ['what makes nothing of itself', () => ({ toJSON: () => undefined })],
    ['what makes an array of itself', () => ({ toJSON: () => ['secret detail'] })],
    [
      'a trap',
      () => ({
        get secret(): never {
          throw new Error('secret detail');
        },
      }),
    ],
    ['a promise of nothing', async () => undefined],
  ])('that gives %s is answered with 500, and nothing leaks', async (_what, claims) => {
    const issued = await hooked({ claims: claims as never });
    const { body, text } = await bySecret(issued).expect(500);
    expect(body).toEqual(failed(500));
    expect(text).not.toContain('secret');
    expect(issued.events).toMatchObject([{ type: 'token.failed', reason: 'claims_failed', cause: expect.any(Error) }]);
  });
});

describe('authorize', () => {
  it.each<[string, number, () => unknown]>([
    ['true', 200, () => true],
    ['a promise of true', 200, async () => true],
    ['a late true', 200, () => new Promise((resolve) => setTimeout(resolve, 10, true))],
    ['false', 403, () => false],
    ['a promise of false', 403, async () => false],
    ['undefined', 403, () => undefined],
    ['null', 403, () => null],
    ['1', 403, () => 1],
    ["'true'", 403, () => 'true'],
    ['an object', 403, () => ({})],
    ['a Boolean object', 403, () => new Boolean(true)],
    ['[true]', 403, () => [true]],
    ['a function', 403, () => () => true],
  ])('that answers %s: both grants get %i', async (_what, status, authorize) => {
    const issued = await hooked({ authorize: authorize as never });
    await byAssertion(issued, await assertion(issued)).expect(status);
    const { body } = await bySecret(issued).expect(status);
    if (status === 200) return;
    expect(body).toMatchObject({ code: 7, error: 'unauthorized_client', message: 'the client is not authorized' });
    expect(issued.events).toMatchObject([{ reason: 'authorize_refused' }, { reason: 'authorize_refused' }]);
  });

  it('is answered like a disabled account', async () => {
    const refused = await issuer({ authorize: () => false });
    const disabled = await issuer();
    await disabled.accounts.disable(disabled.robot.id);
    expect((await bySecret(refused)).text).toBe((await bySecret(disabled)).text);
  });

  it('is asked before claims, and neither about a client that is refused', async () => {
    const asked: string[] = [];
    const issued = await issuer({
      authorize: () => asked.push('authorize') > 0,
      claims: () => ({ asked: asked.push('claims') }),
    });
    await bySecret(issued, { client_secret: 'wrong' }).expect(401);
    await bySecret(issued, { scope: 'other' }).expect(400);
    await issued.accounts.disable(issued.robot.id);
    await bySecret(issued).expect(403);
    await issued.accounts.enable(issued.robot.id);
    await bySecret(issued).expect(200);
    expect(asked).toEqual(['authorize', 'claims']);
  });

  it('that refuses keeps claims from being asked', async () => {
    let asked = false;
    const issued = await issuer({ authorize: () => false, claims: () => ({ asked: (asked = true) }) });
    await bySecret(issued).expect(403);
    expect(asked).toBe(false);
  });
});

describe('a hook is told', () => {
  async function told(send: (issued: Issuer) => PromiseLike<unknown>, options: Partial<FrontierTokenOptions> = {}) {
    const grants: GrantContext[] = [];
    const tell = (grant: GrantContext) => grants.push(grant) > 0;
    const issued = await issuer({ authorize: tell, claims: (grant) => ({ told: tell(grant) }), ...options });
    await send(issued);
    expect(grants).toHaveLength(2);
    for (const grant of grants) {
      expect(Object.keys(grant).sort()).toEqual(['account', 'credential', 'grantType', 'request', 'scopes']);
    }
    return { issued, grant: grants[0]!, later: grants[1]! };
  }

  it('the grant by secret: account, credential without its hash, scopes', async () => {
    const { issued, grant, later } = await told((of) => bySecret(of, { scope: 'reports:read' }).expect(200));
    const { robot, id } = issued;
    const credential = { id, accountId: robot.id, type: 'client_secret', createdAt: expect.any(Date) };
    const expected = { grantType: 'client_credentials', account: robot, credential, scopes: ['reports:read'] };
    for (const { request: _request, ...rest } of [grant, later]) expect(rest).toStrictEqual(expected);
  });

  it('the grant by assertion: account, credential without its public key, scopes', async () => {
    const { issued, grant } = await told(async (of) => byAssertion(of, await assertion(of)));
    const { robot, key } = issued;
    const credential = { id: key.kid, accountId: robot.id, type: 'public_key', createdAt: expect.any(Date) };
    const { request: _request, ...rest } = grant;
    expect(rest).toStrictEqual({ grantType: JWT_BEARER, account: robot, credential, scopes: robot.scopes });
  });

  it('the grant type in full where the frontier profile takes it from the header', async () => {
    const send = ({ app, id, secret }: Issuer) => request(app).post(TOKEN_PATH).auth(id, secret);
    const { grant } = await told(send, { profile: 'frontier' });
    expect(grant.grantType).toBe('client_credentials');
  });

  it('the request of Express', async () => {
    const { grant } = await told((of) => bySecret(of).set('X-Tenant', 'acme').expect(200));
    expect(grant.request.get('x-tenant')).toBe('acme');
    expect(grant.request.method).toBe('POST');
    expect(grant.request.path).toBe(TOKEN_PATH);
    expect(grant.request).not.toHaveProperty('user');
  });

  it('neither hash nor key where a store returns rows with both columns', async () => {
    const { store, id, secret, key } = await issuer();
    const credentialStore: CredentialStore = {
      findCredential: async (name) => {
        const found = (await store.findCredential(name))!;
        return Object.assign({ secretHash: 'sha256$old', publicKey: { kty: 'EC' } }, found);
      },
    };
    const grants: GrantContext[] = [];
    const { app } = await issuer({ credentialStore, authorize: (grant) => grants.push(grant) > 0 });
    await bySecret({ app, id, secret }).expect(200);
    await byAssertion({ app }, await assertion({ key })).expect(200);
    for (const { credential } of grants) {
      expect(credential).not.toHaveProperty('secretHash');
      expect(credential).not.toHaveProperty('publicKey');
    }
  });
});

describe.each(['authorize', 'claims'])('%s that fails', (name) => {
  const named = Object.assign(new Error('secret detail'), { name: 'StoreUnavailableError' });
  const thrown: [string, 500 | 503, unknown][] = [
    ['an error', 500, new Error('secret detail')],
    ['a text', 500, 'secret detail'],
    ['undefined', 500, undefined],
    ['null', 500, null],
    ['an object with a status', 500, { status: 401, message: 'secret detail' }],
    [
      'an error as http-errors makes them',
      500,
      Object.assign(new Error('secret detail'), { status: 403, statusCode: 403, expose: true, headers: { a: 'b' } }),
    ],
    ['our InvalidClientError', 500, new InvalidClientError({ reason: 'secret detail' })],
    ['our UnauthorizedClientError', 500, new UnauthorizedClientError({ reason: 'secret detail' })],
    ['our InvalidRequestError', 500, new InvalidRequestError('secret', 'secret detail')],
    ['our TooManyAttemptsError', 500, new TooManyAttemptsError(1000)],
    ['a proxy without a prototype to ask for', 500, untellable],
    ['an error whose name throws', 500, nameless],
    ['StoreUnavailableError', 503, new StoreUnavailableError('secret detail')],
    ['StoreUnavailableError of another copy', 503, named],
  ];
  const sync = (error: unknown) => () => {
    throw error;
  };
  const async = (error: unknown) => () => Promise.reject(error);

  it.each(thrown)('with %s is answered with %i, and nothing of it leaks', async (_what, status, error) => {
    for (const fails of [sync, async]) {
      const issued = await hooked({ [name]: fails(error) });
      const { body, headers } = await bySecret(issued).expect(status);
      expect(body).toEqual(failed(status));
      expect(headers['retry-after']).toBe(status === 503 ? '5' : undefined);
      expect(headers).not.toHaveProperty('www-authenticate');
      expect(headers).not.toHaveProperty('a');
      expect(issued.events).toHaveLength(1);
      expect(issued.events[0]).toMatchObject({ reason: `${name}_${status === 503 ? 'unavailable' : 'failed'}` });
      expect(issued.events[0]?.cause).toBe(error);
    }
  });

  it.each<[string, () => unknown]>([
    ['hangs', () => new Promise(() => undefined)],
    ['fails too late', () => new Promise((_, reject) => setTimeout(reject, 250, new Error('secret detail')))],
    ['answers too late', () => new Promise((resolve) => setTimeout(resolve, 250, true))],
    ['never calls back', () => ({ then: () => undefined })],
  ])('as it %s is answered with 503', async (_what, hook) => {
    const issued = await hooked({ [name]: hook, storeTimeout: 50 });
    const { body, headers } = await bySecret(issued).expect(503);
    expect(body).toEqual(failed(503));
    expect(headers['retry-after']).toBe('5');
    await new Promise((resolve) => setTimeout(resolve, 220));
    expect(issued.events).toMatchObject([{ type: 'token.failed', status: 503, reason: `${name}_timeout` }]);
  });
});
