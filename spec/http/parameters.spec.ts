import express, { type RequestHandler } from 'express';
import request from 'supertest';
import { assertion, issuer, ISSUER, JWT_BEARER, TOKEN_PATH, verified, type Issuer } from '../support/issuer.js';

const json = express.json();
const parsers: [string, RequestHandler[]][] = [
  ['that we read', []],
  ['that the host read, its forms extended', [json, express.urlencoded({ extended: true })]],
  ['that the host read, its forms not extended', [json, express.urlencoded({ extended: false })]],
];

const post = (host: Issuer, type: 'form' | 'json', body: string | object, query = '') =>
  request(host.app)
    .post(TOKEN_PATH + query)
    .type(type)
    .send(body);

function expectBadRequest({ status, body, headers }: request.Response, field?: string): void {
  expect([status, body.error]).toEqual([400, 'invalid_request']);
  expect(headers).not.toHaveProperty('www-authenticate');
  const violation = { field: field ?? expect.any(String), description: body.message };
  expect(body.details[1]).toEqual({
    '@type': 'type.googleapis.com/google.rpc.BadRequest',
    fieldViolations: [violation],
  });
}

describe.each(parsers)('in a body %s,', (_whose, handlers) => {
  let host: Issuer;
  let bySecret: Record<string, string>;
  let byAssertion: Record<string, string>;
  beforeAll(async () => {
    host = await issuer({ rateLimit: false }, (app, router) => app.use(...handlers, router));
    bySecret = { grant_type: 'client_credentials', client_id: host.id, client_secret: host.secret };
  });
  beforeEach(async () => (byAssertion = { grant_type: JWT_BEARER, assertion: await assertion(host) }));

  /** A request that is right but for the parameter: that one is as `spoiled` says. */
  const rest = (name: string) => {
    const { [name]: _left, ...others } = name === 'assertion' ? byAssertion : bySecret;
    return others;
  };

  describe.each(['grant_type', 'client_id', 'client_secret', 'assertion', 'scope'])('%s', (name) => {
    it.each([
      ['repeated', `${name}=a&${name}=b`],
      ['repeated with the same value', `${name}=reports%3Aread&${name}=reports%3Aread`],
      ['in brackets', `${name}[]=a`],
      ['in brackets twice', `${name}[]=a&${name}[]=b`],
      ['with an index', `${name}[0]=a`],
      ['with a key', `${name}[$ne]=a`],
      ['with brackets that are encoded', `${name}%5B%5D=a`],
      ['plain and in brackets', `${name}=a&${name}[]=b`],
      ['plain and with a key', `${name}=a&${name}[b]=c`],
    ])('%s in a form is 400', async (_how, spoiled) => {
      const others = new URLSearchParams(rest(name)).toString();
      expectBadRequest(await post(host, 'form', `${others}&${spoiled}`), name);
      expectBadRequest(await post(host, 'form', `${spoiled}&${others}`), name);
    });

    it.each<[string, unknown]>([
      ['an array', ['a']],
      ['an array of two', ['a', 'b']],
      ['an empty array', []],
      ['an object', { a: 'b' }],
      ['an empty object', {}],
      ['an object that says how it is a string', { toString: 'a', length: 1 }],
      ['a number', 1],
      ['zero', 0],
      ['true', true],
      ['false', false],
    ])('as %s in JSON is 400', async (_what, spoiled) => {
      expectBadRequest(await post(host, 'json', { ...rest(name), [name]: spoiled }), name);
    });
  });

  it.each<[string, object]>([
    ['an empty client_id and client_secret beside Basic', { client_id: '', client_secret: '' }],
    ['an empty assertion beside Basic', { assertion: '' }],
    ['an empty scope', { scope: '' }],
  ])('%s counts as left out', async (_what, empty) => {
    const { grant_type } = bySecret;
    const basic = (type: 'form' | 'json', body: object) => post(host, type, body).auth(host.id, host.secret);
    const nulls = Object.fromEntries(Object.keys(empty).map((name) => [name, null]));
    for (const asked of [
      basic('form', { grant_type, ...empty }),
      basic('json', { grant_type, ...empty }),
      basic('json', { grant_type, ...nulls }),
    ]) {
      expect((await asked.expect(200)).body.scope).toBe('reports:read reports:write');
    }
  });

  it.each<[string, string, object]>([
    ['grant_type', 'empty', { grant_type: '' }],
    ['grant_type', 'null', { grant_type: null }],
    ['client_id', 'empty', { client_id: '' }],
    ['client_id', 'null', { client_id: null }],
    ['client_secret', 'empty', { client_secret: '' }],
    ['client_secret', 'null', { client_secret: null }],
  ])('%s that is %s counts as left out, and is missing', async (name, _how, empty) => {
    expectBadRequest(await post(host, 'json', { ...bySecret, ...empty }), name);
  });

  it('a value is not trimmed', async () => {
    await post(host, 'form', { ...bySecret, client_secret: ` ${host.secret}` }).expect(401);
    await post(host, 'json', { ...bySecret, client_id: `${host.id} ` }).expect(401);
  });

  it.each([
    ['one', 'resource=a'],
    ['a repeated one', 'resource=a&resource=b'],
    ['one in brackets', 'resource[]=a&resource[b][c]=d'],
    ['one of another case', 'CLIENT_ID=a&Scope=b'],
    ['one that only begins like ours', 'scopes=a&client_id_hint=b'],
    ['one without a name', '=a&&'],
    ['one that every object has', '__proto__=a&constructor=b&toString=c&hasOwnProperty=d'],
    ['one that every object has, with a key', '__proto__[grant_type]=a&constructor[prototype][scope]=b'],
  ])('unknown parameters in a form are ignored: %s', async (_what, unknown) => {
    const form = new URLSearchParams(bySecret).toString();
    await post(host, 'form', `${unknown}&${form}&${unknown}`).expect(200);
  });

  it.each([
    ['one', '"resource":"a"'],
    ['a repeated one', '"resource":"a","resource":"b"'],
    ['one that is no string', '"resource":[1,{"a":null}],"b":true,"c":1e3'],
    ['one that holds what is ours', '"nested":{"client_id":"a","client_id":"b","scope":["c"]}'],
    ['a text that looks like JSON', '"text":"\\",\\"scope\\":1,{[","\\\\":"a"'],
    ['__proto__', '"__proto__":{"grant_type":"password","scope":"admin","assertion":"a.b.c"}'],
    ['constructor', '"constructor":{"prototype":{"scope":"admin"}},"toString":1,"hasOwnProperty":null'],
  ])('unknown parameters in JSON are ignored: %s', async (_what, unknown) => {
    const known = JSON.stringify(bySecret).slice(1, -1);
    for (const text of [`{${unknown},${known}}`, `{${known},${unknown}}`]) {
      const { body } = await post(host, 'json', text).expect(200);
      expect(body.scope).toBe('reports:read reports:write');
    }
    expect(({} as Record<string, unknown>).scope).toBeUndefined();
  });

  it('what is missing is not found on __proto__', async () => {
    const { grant_type, ...credentials } = bySecret;
    const text = `{"__proto__":{"grant_type":"${grant_type}"},${JSON.stringify(credentials).slice(1)}`;
    expectBadRequest(await post(host, 'json', text), 'grant_type');
  });

  describe('with an assertion,', () => {
    const ask = (more: object) => post(host, 'form', { ...byAssertion, ...more });

    it.each([
      ['of its key', () => host.key.kid],
      ['of its account', () => host.robot.id],
      ['of another client', () => host.id],
      ['of nobody', () => 'nobody'],
    ])('a client_id (%s) is ignored', async (_whose, client_id) => {
      const { body } = await ask({ client_id: client_id() }).expect(200);
      expect((await verified(host.app, body.access_token)).payload.client_id).toBe(host.key.kid);
    });

    it('a client_secret is 400', async () => {
      expectBadRequest(await ask({ client_secret: host.secret }));
      expectBadRequest(await ask({ client_id: host.id, client_secret: host.secret }));
    });

    it('Basic credentials are 400', async () => {
      expectBadRequest(await ask({}).auth(host.id, host.secret));
      expectBadRequest(await ask({}).set('Authorization', 'Basic !!!!'));
    });

    it('the same one in a Bearer header is 400', async () => {
      expectBadRequest(await ask({}).set('Authorization', `Bearer ${byAssertion.assertion}`));
    });

    it('in a Bearer header, a client_secret is 400', async () => {
      const { grant_type, assertion: header } = byAssertion;
      const bearer = (body: object) => post(host, 'form', body).set('Authorization', `Bearer ${header}`);
      expectBadRequest(await bearer({ grant_type, client_secret: host.secret }));
      await bearer({ grant_type, client_id: 'nobody', assertion: '' }).expect(200);
    });

    it('that is missing or empty: 400', async () => {
      const { grant_type } = byAssertion;
      expectBadRequest(await post(host, 'form', { grant_type }), 'assertion');
      expectBadRequest(await post(host, 'form', { grant_type, assertion: '' }), 'assertion');
      expectBadRequest(await post(host, 'json', { grant_type, assertion: null }), 'assertion');
      expectBadRequest(await post(host, 'form', { grant_type }).set('Authorization', 'Bearer'), 'assertion');
    });
  });

  describe('with client_credentials,', () => {
    const ask = (more: object) => post(host, 'form', { grant_type: 'client_credentials', ...more });

    it('an assertion beside the secret is 400', async () => {
      expectBadRequest(await ask({ ...bySecret, assertion: byAssertion.assertion }));
      expectBadRequest(await ask({ assertion: byAssertion.assertion }).auth(host.id, host.secret));
    });

    it('an assertion in a Bearer header beside the secret is 400', async () => {
      expectBadRequest(await ask(bySecret).set('Authorization', `Bearer ${byAssertion.assertion}`));
    });

    it('only one of client_id and client_secret is 400', async () => {
      expectBadRequest(await ask({ client_id: host.id }), 'client_secret');
      expectBadRequest(await ask({ client_secret: host.secret }), 'client_id');
    });

    it.each([
      ['at all', {}],
      ['but empty ones', { client_id: '', client_secret: '' }],
    ])('no credentials %s are 401 with a Basic challenge', async (_how, more) => {
      const answer = await ask(more);
      expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
      expect(answer.headers['www-authenticate']).toBe(`Basic realm="${ISSUER}"`);
    });
  });

  it('a missing grant_type is 400, whatever the credentials', async () => {
    const { grant_type: _left, ...credentials } = bySecret;
    expectBadRequest(await post(host, 'form', credentials), 'grant_type');
    expectBadRequest(await post(host, 'form', { assertion: byAssertion.assertion }), 'grant_type');
    expectBadRequest(await post(host, 'form', { scope: 'a' }).auth(host.id, host.secret), 'grant_type');
    expectBadRequest(await post(host, 'json', {}), 'grant_type');
  });

  it.each(['password', 'CLIENT_CREDENTIALS', 'client_credentials ', 'jwt-bearer', '__proto__', 'constructor', '0'])(
    'the grant type %j is unknown: 400 unsupported_grant_type',
    async (grant_type) => {
      const { status, body } = await post(host, 'form', { ...bySecret, grant_type });
      expect([status, body.error]).toEqual([400, 'unsupported_grant_type']);
      expect(body.details[1].fieldViolations).toEqual([{ field: 'grant_type', description: body.message }]);
    },
  );

  it.each([
    ['client_id', 'client_id=a'],
    ['client_secret', 'client_secret=a'],
    ['assertion', 'assertion=a.b.c'],
    ['client_id', 'trace=1&client_id=a'],
    ['client_id', 'client_id[]=a'],
    ['client_secret', 'client_secret[a][b]=c'],
    ['assertion', 'assertion[0]=a'],
    ['client_id', '%63lient_id=a'],
    ['client_secret', 'client%5Fsecret=a'],
    ['assertion', 'assertion%5B%5D=a'],
    ['client_id', 'client_id=a&client_id=b'],
  ])('%s in the query (%s) is 400', async (name, query) => {
    expectBadRequest(await post(host, 'form', bySecret, `?${query}`), name);
  });

  it.each(['?', '?trace=1', '?client_identifier=a', '?q=client_id%3Da', '?scope=nonsense', '?grant_type=password'])(
    'what else is in the query (%s) is not looked at',
    async (query) => {
      const { body } = await post(host, 'form', bySecret, query).expect(200);
      expect(body.scope).toBe('reports:read reports:write');
    },
  );

  it('a grant_type in the query is none', async () => {
    const { grant_type, ...credentials } = bySecret;
    expectBadRequest(await post(host, 'form', credentials, `?grant_type=${grant_type}`), 'grant_type');
  });
});

describe('a member that is repeated in JSON', () => {
  let host: Issuer;
  beforeAll(async () => (host = await issuer()));

  it.each([
    ['with the same value', (known: string) => `{${known},"grant_type":"client_credentials"}`, 'grant_type'],
    ['with another value', (known: string) => `{"client_id":"another",${known}}`, 'client_id'],
    ['with null', (known: string) => `{"client_secret":null,${known}}`, 'client_secret'],
    ['with an empty value', (known: string) => `{${known},"client_secret":""}`, 'client_secret'],
    ['in two spellings', (known: string) => `{${known},"client\\u005fid":"another"}`, 'client_id'],
    ['with space around it', (known: string) => `{ "client_id" \n:\t"another" ,${known}}`, 'client_id'],
    ['behind a nested object', (known: string) => `{"a":{"b":["}"]},"client_id":"another",${known}}`, 'client_id'],
  ])('%s is 400', async (_how, text, field) => {
    const { id: client_id, secret: client_secret } = host;
    const known = JSON.stringify({ grant_type: 'client_credentials', client_id, client_secret }).slice(1, -1);
    expectBadRequest(await post(host, 'json', text(known)), field);
  });
});

describe('credentials in the query are 400', () => {
  it.each<[string, unknown]>([
    ['off', false],
    ['simple', 'simple'],
    ['extended', 'extended'],
  ])("with the host's query parser %s", async (_how, setting) => {
    const host = await issuer({}, (app, router) => app.set('query parser', setting).use(router));
    const form = { grant_type: 'client_credentials', client_id: host.id, client_secret: host.secret };
    expectBadRequest(await post(host, 'form', form, '?client_secret=a'), 'client_secret');
    expectBadRequest(await post(host, 'form', form, '?client_secret[a]=b'), 'client_secret');
  });

  it('below a mount path', async () => {
    const host = await issuer({}, (app, router) => app.use('/auth', router));
    const form = { grant_type: 'client_credentials', client_id: host.id, client_secret: host.secret };
    const url = `/auth${TOKEN_PATH}?assertion=a`;
    expectBadRequest(await request(host.app).post(url).type('form').send(form), 'assertion');
  });
});
