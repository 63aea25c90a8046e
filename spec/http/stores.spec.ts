import { hash as bcryptHash } from '@node-rs/bcrypt';
import { generateKeyPairSync, hash } from 'node:crypto';
import { inspect } from 'node:util';
import type { ErrorRequestHandler } from 'express';
import {
  hashSecret,
  StoreUnavailableError,
  type CredentialStore,
  type FrontierTokenOptions,
  type KeyStore,
  type SigningKey,
} from 'frontier-token';
import request, { type Response } from 'supertest';
import {
  assertion,
  byAssertion,
  bySecret,
  issuer,
  ISSUER,
  TOKEN_PATH,
  verified,
  type Issuer,
} from '../support/issuer.js';
import { nameless, untellable } from '../support/untellable';
import { until } from '../support/until.js';

const JWKS_PATH = '/.well-known/jwks.json';

/** An issuer of whole clients, with other options, in a host whose error handler tells that it was called. */
async function withOptions(options: (whole: Issuer) => Partial<FrontierTokenOptions>): Promise<Issuer> {
  const whole = await issuer();
  const { store: credentialStore, keyStore } = whole;
  const onError: ErrorRequestHandler = (_error, _req, res, _next) => {
    res.status(599).json('the error handler of the host');
  };
  const given = { credentialStore, keyStore, ...options(whole) };
  const { app, events } = await issuer(given, (host, router) => host.use(router).use(onError));
  return { ...whole, app, events };
}

/** An issuer whose store finds its credentials changed. */
const finding = (changes: object | ((whole: Issuer) => object), options: Partial<FrontierTokenOptions> = {}) =>
  withOptions((whole) => ({
    credentialStore: {
      findCredential: async (id) => {
        const found = await whole.store.findCredential(id);
        return found && Object.assign(found, typeof changes === 'function' ? changes(whole) : changes);
      },
    },
    ...options,
  }));

async function bySignature(issued: Issuer, status?: number): Promise<Response> {
  const answer = await byAssertion(issued, await assertion(issued));
  if (status !== undefined) expect(answer.status).toBe(status);
  return answer;
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

function expectFailure({ status, body, headers }: Response, expected: 500 | 503): void {
  expect(status).toBe(expected);
  expect(body).toEqual(failed(expected));
  expect(headers['retry-after']).toBe(expected === 503 ? '5' : undefined);
  expect(headers['cache-control']).toBe('no-store');
  for (const name of ['www-authenticate', 'etag', 'a']) expect(headers).not.toHaveProperty(name);
}

type Call = () => Promise<never>;
const seams: [string, (call: Call, whole: Issuer) => Partial<FrontierTokenOptions>][] = [
  ['credentialStore.findCredential()', (findCredential) => ({ credentialStore: { findCredential } })],
  ['keyStore.signingKey()', (signingKey) => ({ keyStore: { signingKey, publicKeys: async () => [] } })],
  [
    'SigningKey.sign()',
    (sign) => ({
      keyStore: { signingKey: async () => ({ kid: 'k', alg: 'ES256', sign }), publicKeys: async () => [] },
    }),
  ],
];

class ForeignStoreUnavailableError extends Error {
  override name = 'StoreUnavailableError';
}
const httpError = { status: 401, statusCode: 401, expose: true, message: 'secret detail', headers: { a: 'b' } };
const thrown: [string, 500 | 503, unknown][] = [
  ['an error', 500, new Error('secret detail')],
  ['a text', 500, 'secret detail'],
  ['undefined', 500, undefined],
  ['null', 500, null],
  ['false', 500, false],
  ['an object with a status', 500, httpError],
  ['an error with a status', 500, Object.assign(new Error('secret detail'), httpError)],
  ['a proxy without a prototype to ask for', 500, untellable],
  ['an error whose name throws', 500, nameless],
  ['StoreUnavailableError', 503, new StoreUnavailableError('secret detail')],
  ['StoreUnavailableError of another copy', 503, new ForeignStoreUnavailableError('secret detail')],
];
const ways = (error: unknown): Call[] => [
  () => {
    throw error;
  },
  () => Promise.reject(error),
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a thenable of another library
  () => ({ then: (_: unknown, refuse: (error: unknown) => void) => refuse(error) }) as any,
];
/** For what hangs. */
const SHORT = { storeTimeout: 50 };
/** Ends what was too late, once its answer is there. */
let endLate = (): void => undefined;
let late: Promise<void>;
beforeEach(() => {
  late = new Promise((resolve) => (endLate = resolve));
});
const silence: [string, Call][] = [
  ['hangs', () => new Promise<never>(() => undefined)],
  ['rejects too late', () => late.then(() => Promise.reject(new Error('secret detail')))],
  ['resolves too late', () => late.then(() => 0 as never)],
];

describe.each(seams)('%s', (_seam, options) => {
  it.each(thrown)('that throws %s gives %i to both grants, and nothing of it leaks', async (_what, status, error) => {
    for (const call of ways(error)) {
      const issued = await withOptions((whole) => options(call, whole));
      expectFailure(await bySecret(issued), status);
      expectFailure(await bySignature(issued), status);
      expect(issued.events).toMatchObject([
        { type: 'token.failed', status },
        { type: 'token.failed', status },
      ]);
      for (const { cause } of issued.events) expect(cause).toBe(error);
    }
  });

  it.each(silence)('that %s gives 503 to both grants', async (_what, call) => {
    const issued = await withOptions((whole) => ({ ...options(call, whole), ...SHORT }));
    expectFailure(await bySecret(issued), 503);
    expectFailure(await bySignature(issued), 503);
    endLate();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(issued.events).toHaveLength(2);
    for (const { cause } of issued.events) expect(cause).toBeInstanceOf(StoreUnavailableError);
  });
});

describe('keyStore.publicKeys()', () => {
  const jwks = async (publicKeys: () => unknown, more: Partial<FrontierTokenOptions> = {}) => {
    const options = ({ keyStore }: Issuer) => ({
      keyStore: { signingKey: () => keyStore.signingKey(), publicKeys: publicKeys as KeyStore['publicKeys'] },
    });
    // With the usual limit: a token may take its time.
    await bySecret(await withOptions(options)).expect(200);
    const { app } = await withOptions((whole) => ({ ...options(whole), ...more }));
    return request(app).get(JWKS_PATH);
  };

  it.each(thrown)('that throws %s gives %i at the JWKS, and tokens all the same', async (_what, status, error) => {
    for (const call of ways(error)) expectFailure(await jwks(call), status);
  });

  it.each(silence)('that %s gives 503 at the JWKS, and tokens all the same', async (_what, call) => {
    expectFailure(await jwks(call, SHORT), 503);
  });

  it.each([undefined, null, 'keys', 5, {}, { keys: [] }, new Map()])('that gives %p: 500', async (nonsense) => {
    expectFailure(await jwks(async () => nonsense), 500);
  });
});

describe('verifySecret', () => {
  const ofUnknownScheme = (verifySecret: unknown, more: Partial<FrontierTokenOptions> = {}) => {
    const options = { verifySecret: verifySecret as FrontierTokenOptions['verifySecret'], ...more };
    return finding({ secretHash: 'argon2$hash' }, options);
  };

  it.each(thrown)('that throws %s gives %i, and nothing of it leaks', async (_what, status, error) => {
    for (const call of ways(error)) {
      const issued = await ofUnknownScheme(call);
      expectFailure(await bySecret(issued), status);
      expect(issued.events).toMatchObject([{ type: 'token.failed', status }]);
      expect(issued.events[0]?.cause).toBe(error);
    }
  });

  it.each(silence)('that %s gives 503', async (_what, call) => {
    expectFailure(await bySecret(await ofUnknownScheme(call, SHORT)), 503);
    endLate();
  });

  it.each<[unknown, number]>([
    [true, 200],
    [false, 401],
    [undefined, 401],
    [null, 401],
    [1, 401],
    ['true', 401],
    [{}, 401],
    [[true], 401],
  ])('that answers %p gives %i: only true counts', async (answer, status) => {
    await bySecret(await ofUnknownScheme(async () => answer)).expect(status);
  });

  it('is told the secret and the hash', async () => {
    const told: unknown[] = [];
    const issued = await ofUnknownScheme(async (...args: unknown[]) => told.push(...args) > 0);
    await bySecret(issued).expect(200);
    expect(told).toEqual([issued.secret, 'argon2$hash']);
  });

  it.each([
    'sha256$malformed',
    'scrypt$malformed',
    '$2b$malformed',
    '$2b$99$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUVWXYZ01234',
  ])('is not asked about %s, whose scheme is ours', async (secretHash) => {
    let asked = false;
    const verifySecret = async () => (asked = true);
    await bySecret(await finding({ secretHash }, { verifySecret })).expect(401);
    expect(asked).toBe(false);
  });

  it('that is left out makes an unknown scheme a wrong secret', async () => {
    await bySecret(await finding({ secretHash: 'argon2$hash' })).expect(401);
  });
});

describe('what a credential store returns', () => {
  const disabled = [undefined, null, 'ENABLED', 'enabled ', 'disabled', '', true, 1, {}].map(
    (state): [string, number, (whole: Issuer) => object] => [
      `an account in the state ${JSON.stringify(state)}`,
      403,
      ({ robot }) => ({ account: { ...robot, state } }),
    ],
  );
  const revoked = [new Date(), new Date('2999-01-01'), new Date(NaN), 'never', '', 0, false, {}].map(
    (revokedAt): [string, number, object] => [`revokedAt ${inspect(revokedAt)}`, 401, { revokedAt }],
  );
  const undated = [new Date(NaN), '2999-01-01', 32_503_680_000_000, {}, true, NaN, 0, '', false].map(
    (expiresAt): [string, number, object] => [`expiresAt ${inspect(expiresAt)}`, 500, { expiresAt }],
  );
  const unscoped = ['reports:read', undefined, null, {}, [5], [''], ['a b'], ['a"'], ['ä'], [null]].map(
    (scopes): [string, number, (whole: Issuer) => object] => [
      `an account with the scopes ${JSON.stringify(scopes)}`,
      500,
      ({ robot }) => ({ account: { ...robot, scopes } }),
    ],
  );

  it.each<[string, number, object | ((whole: Issuer) => object)]>([
    ['what it should', 200, {}],
    ['null for what is none', 200, { expiresAt: null, revokedAt: null, title: null }],
    ['more than it should', 200, { more: 'columns', __v: 1 }],
    ['another id', 401, { id: 'other' }],
    ['the id in another case', 401, ({ id }) => ({ id: id.toUpperCase() + 'X' })],
    ['an expiresAt that is past', 401, { expiresAt: new Date(Date.now() - 1) }],
    ['an expiresAt to come', 200, { expiresAt: new Date(Date.now() + 60_000) }],
    ['no account', 404, { account: undefined }],
    ['null for an account', 404, { account: null }],
    ['the account of another', 500, { accountId: 'other' }],
    ['an account that is a text', 500, { account: 'enabled' }],
    ['no account id anywhere', 500, ({ robot }) => ({ accountId: undefined, account: { ...robot, id: undefined } })],
    ['a number for an account id', 500, ({ robot }) => ({ accountId: 5, account: { ...robot, id: 5 } })],
    ['no type', 500, { type: undefined }],
    ['an unknown type', 500, { type: 'CLIENT_SECRET' }],
    ...disabled,
    ...revoked,
    ...undated,
    ...unscoped,
  ])('%s: %i, by secret and by assertion', async (_what, status, changes) => {
    const issued = await finding(changes);
    for (const answer of [await bySecret(issued), await bySignature(issued)]) {
      expect(answer.status).toBe(status);
      if (status === 500) expectFailure(answer, 500);
    }
  });

  it.each<[string, number, object]>([
    ['a key for a secret', 401, { type: 'public_key', publicKey: {} }],
    ['no hash', 500, { secretHash: undefined }],
    ['null for a hash', 500, { secretHash: null }],
    ['bytes for a hash', 500, { secretHash: Buffer.from('sha256$') }],
    ['an empty hash', 401, { secretHash: '' }],
  ])('%s: %i, by secret', async (_what, status, changes) => {
    await bySecret(await finding(changes)).expect(status);
  });

  const strong = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });
  it.each<[string, number, object]>([
    ['a secret for a key', 401, { type: 'client_secret', secretHash: 'sha256$' }],
    ['no key', 500, { publicKey: undefined }],
    ['null for a key', 500, { publicKey: null }],
    ['a PEM for a key', 500, { publicKey: '-----BEGIN PUBLIC KEY-----' }],
    ['an empty key', 500, { publicKey: {} }],
    ['an HMAC key', 500, { publicKey: { kty: 'oct', k: 'AAAA' } }],
    ['a weak key', 500, { publicKey: weak }],
    ['a key with the public exponent 1', 500, { publicKey: { ...strong, e: 'AQ' } }],
    ['a key with an even public exponent', 500, { publicKey: { ...strong, e: 'AQAA' } }],
    ['a key that may not verify', 500, { publicKey: { ...strong, key_ops: ['encrypt'] } }],
  ])('%s: %i, by assertion', async (_what, status, changes) => {
    await bySignature(await finding(changes), status);
  });

  it.each([undefined, null])('%p: unknown, 401', async (none) => {
    const issued = await withOptions(() => ({ credentialStore: { findCredential: async () => none as never } }));
    await bySecret(issued).expect(401);
    await bySignature(issued, 401);
    expect(issued.events).toMatchObject([{ reason: 'client_unknown' }, { reason: 'key_unknown' }]);
  });

  const nonsense = [true, false, 5, 0, 'row', '', [], [{}], {}, { id: 5 }, new Map(), () => undefined];
  it.each(nonsense)('%p: 500, as it has no id', async (given) => {
    const issued = await withOptions(() => ({ credentialStore: { findCredential: async () => given as never } }));
    expectFailure(await bySecret(issued), 500);
    expectFailure(await bySignature(issued), 500);
    const failure = { type: 'token.failed', reason: 'credential_store_nonsense' };
    expect(issued.events).toMatchObject([failure, failure]);
  });

  /** A row as object mappers have them: its members are getters of its class. */
  class Row {
    constructor(readonly columns: object) {
      for (const name of Object.keys(columns)) {
        if (name in Row.prototype) continue;
        Object.defineProperty(Row.prototype, name, {
          get(this: Row) {
            return this.columns[name as never];
          },
        });
      }
    }
  }

  it.each<[string, number, object]>([
    ['valid', 200, {}],
    ['revoked', 401, { revokedAt: new Date() }],
    ['expired', 401, { expiresAt: new Date(0) }],
  ])('an object of a class with getters, %s: %i', async (_what, status, changes) => {
    const issued = await withOptions(({ store }) => ({
      credentialStore: {
        findCredential: async (id) => new Row({ ...(await store.findCredential(id)), ...changes }) as never,
      },
    }));
    const answers = [await bySecret(issued), await bySignature(issued)];
    expect(answers.map((answer) => answer.status)).toEqual([status, status]);
    if (status !== 200) return;
    const tokens = await Promise.all(answers.map(({ body }) => verified(issued.app, body.access_token as string)));
    expect(tokens.map(({ payload }) => payload.client_id)).toEqual([issued.id, issued.key.kid]);
    expect(issued.events).toMatchObject([{ credentialId: issued.id }, { credentialId: issued.key.kid }]);
  });

  it('a frozen object: 200', async () => {
    const issued = await withOptions(({ store }) => ({
      credentialStore: { findCredential: async (id) => Object.freeze(await store.findCredential(id)) },
    }));
    await bySecret(issued).expect(200);
    await bySignature(issued, 200);
  });
});

describe('what a key store returns', () => {
  const sign = async () => new Uint8Array(64);
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a PEM', '-----BEGIN PRIVATE KEY-----'],
    ['an empty object', {}],
    ['a key without a kid', { alg: 'ES256', sign }],
    ['a key whose kid is a number', { kid: 5, alg: 'ES256', sign }],
    ['a key without an alg', { kid: 'k', sign }],
    ['alg none', { kid: 'k', alg: 'none', sign }],
    ['alg HS256', { kid: 'k', alg: 'HS256', sign }],
    ['alg EdDSA', { kid: 'k', alg: 'EdDSA', sign }],
    ['alg __proto__', { kid: 'k', alg: '__proto__', sign }],
    ['a key that can’t sign', { kid: 'k', alg: 'ES256' }],
    ['a key that signs with nothing', { kid: 'k', alg: 'ES256', sign: async () => undefined }],
    ['a key that signs with a text', { kid: 'k', alg: 'ES256', sign: async () => 'a'.repeat(64) }],
    ['a key that signs with no bytes', { kid: 'k', alg: 'RS256', sign: async () => new Uint8Array() }],
    ['a key that signs in DER', { kid: 'k', alg: 'ES256', sign: async () => new Uint8Array(70) }],
    ['a key of another curve', { kid: 'k', alg: 'ES384', sign }],
  ])('%s: 500, and no token', async (_what, key) => {
    const keyStore = { signingKey: async () => key as SigningKey, publicKeys: async () => [] };
    const issued = await withOptions(() => ({ keyStore }));
    expectFailure(await bySecret(issued), 500);
    expectFailure(await bySignature(issued), 500);
    expect(issued.events[0]).toMatchObject({ type: 'token.failed', cause: expect.any(Error) });
  });
});

describe('an adapter', () => {
  it('is a class with one method', async () => {
    class Rows implements CredentialStore {
      constructor(private readonly rows: Pick<Map<string, object>, 'get'>) {}

      async findCredential(id: string) {
        return this.rows.get(id) as never;
      }
    }
    const rows = new Map<string, object>();
    const issued = await withOptions(() => ({ credentialStore: new Rows(rows) }));
    for (const id of [issued.id, issued.key.kid]) rows.set(id, (await issued.store.findCredential(id))!);
    await bySecret(issued).expect(200);
    const jwt = await assertion(issued);
    await byAssertion(issued, jwt).expect(200);
    await byAssertion(issued, jwt).expect(401);
    expect(issued.events.at(-1)).toMatchObject({ reason: 'assertion_replayed' });
  });

  it('is asked once for each id that a client presents', async () => {
    const asked: string[] = [];
    const issued = await withOptions(({ store }) => ({
      credentialStore: { findCredential: (id) => store.findCredential((asked.push(id), id)) },
    }));
    await bySecret(issued).expect(200);
    await bySignature(issued, 200);
    await request(issued.app)
      .post(TOKEN_PATH)
      .auth('a%20b', 'c')
      .send({ grant_type: 'client_credentials' })
      .expect(401);
    expect(asked).toEqual([issued.id, issued.key.kid, 'a%20b', 'a b']);
  });
});

describe('an id', () => {
  const ids: [string, string][] = [
    ['of 10,000 characters', 'x'.repeat(10_000)],
    ['with a NUL', 'a\0b'],
    ['with control characters', 'a\r\nb\x1b\x7f'],
    ['with a lone surrogate', 'a\ud800b'],
    ['with a lone low surrogate', '\udc00'],
    ['with an emoji', '🤖'],
    ['with quotes and brackets', `'";--<>{}[]\\`],
    ['with a colon and spaces', ' a:b '],
    ['that decodes to nothing', '%ff%zz+'],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
    ['toString', 'toString'],
  ];
  const json = ({ app }: Issuer, body: object) =>
    request(app)
      .post(TOKEN_PATH)
      .send({ grant_type: 'client_credentials', ...body });

  it.each(ids)('%s that is unknown gets 401, never a 5xx', async (_what, id) => {
    const issued = await issuer();
    await json(issued, { client_id: id, client_secret: 'a' }).expect(401);
    await json(issued, { client_id: 'a', client_secret: id }).expect(401);
    await byAssertion(issued, await assertion(issued, {}, { kid: id })).expect(401);
    await byAssertion(issued, await assertion(issued, { kid: id }, { kid: undefined })).expect(401);
    await byAssertion(issued, await assertion(issued, { iss: id, sub: id })).expect(401);
    const basic = `Basic ${Buffer.from(`${id}:a`).toString('base64')}`;
    const { status } = await json(issued, {}).set('Authorization', basic.slice(0, 8000));
    expect([400, 401]).toContain(status);
  });

  it.each(ids)('%s gets tokens, as a client’s, a key’s and an account’s', async (_what, id) => {
    const issued = await issuer();
    const { store, accounts, key } = issued;
    const account = await accounts.create({ id });
    const secret = await accounts.createSecret(account.id);
    const file = await accounts.createKey(account.id, { alg: 'ES256' });
    const rename = async (old: string, name: string) =>
      store.createCredential({ ...(await store.findCredential(old))!, id: name });
    await rename(secret.clientId, id);
    await rename(file.kid, `${id}-key`);
    const { body } = await json(issued, { client_id: id, client_secret: secret.clientSecret }).expect(200);
    expect((await verified(issued.app, body.access_token as string)).payload).toMatchObject({ sub: id, client_id: id });
    const jwt = await assertion({ key: { ...key, ...file, kid: `${id}-key` } }, { jti: id });
    await byAssertion(issued, jwt).expect(200);
    await byAssertion(issued, jwt).expect(401);
  });
});

describe('an unknown client and a wrong secret', () => {
  it('are answered alike, byte for byte, headers and their order too', async () => {
    const issued = await issuer();
    const { accounts, robot, key } = issued;
    const disabled = await accounts.create();
    const [revoked, expired, sleeping] = [
      await accounts.createSecret(robot.id),
      await accounts.createSecret(robot.id, { expiresAt: new Date(0) }),
      await accounts.createSecret(disabled.id),
    ];
    await accounts.revokeCredential(revoked.clientId);
    await accounts.disable(disabled.id);
    const send = async (client_id: string, client_secret = 'wrong') => {
      const answer = (await bySecret(issued, { client_id, client_secret })) as Response & {
        res: { rawHeaders: string[] };
      };
      const { rawHeaders } = answer.res;
      const date = rawHeaders.indexOf('Date');
      return JSON.stringify([answer.status, answer.text, rawHeaders.filter((_, at) => at !== date + 1)]);
    };
    const wrong = await send(issued.id);
    expect(wrong).toContain('401');
    expect(wrong).toContain('WWW-Authenticate');
    expect(await send('nobody')).toBe(wrong);
    expect(await send('🤖')).toBe(wrong);
    expect(await send(key.kid)).toBe(wrong);
    expect(await send(sleeping.clientId)).toBe(wrong);
    expect(await send(revoked.clientId)).toBe(wrong);
    expect(await send(revoked.clientId, revoked.clientSecret)).toBe(wrong);
    expect(await send(expired.clientId, expired.clientSecret)).toBe(wrong);
  });

  it('cost the same: an unknown one is checked against the store’s decoySecretHash', async () => {
    const checked: string[] = [];
    const verifySecret = async (_secret: string, secretHash: string) => checked.push(secretHash) > 0;
    const issued = await withOptions(({ store }) => ({
      verifySecret,
      credentialStore: {
        decoySecretHash: 'slow$decoy',
        findCredential: async (id) => {
          const found = await store.findCredential(id);
          return found?.type === 'client_secret' ? { ...found, secretHash: 'slow$own' } : found;
        },
      },
    }));
    await bySecret(issued).expect(200);
    await bySecret(issued, { client_id: 'nobody' }).expect(401);
    await bySecret(issued, { client_id: issued.key.kid }).expect(401);
    expect(checked).toEqual(['slow$own', 'slow$decoy', 'slow$decoy']);
  });

  it.each([undefined, null, 5, {}])(
    'with a decoySecretHash of %p: a decoy of SHA-256, and 401',
    async (decoySecretHash) => {
      const findCredential = async () => undefined;
      const credentialStore = { findCredential, decoySecretHash } as unknown as CredentialStore;
      await bySecret(await withOptions(() => ({ credentialStore, verifySecret: async () => true }))).expect(401);
    },
  );

  it('cost the same with a decoy of scrypt, as the MemoryStore may have it', async () => {
    const issued = await issuer();
    issued.store.decoySecretHash = await hashSecret('decoy');
    // Time of the processor, which others may keep busy meanwhile.
    const cost = async (sent: request.Test) => {
      const start = process.cpuUsage();
      await sent;
      return process.cpuUsage(start).user;
    };
    await bySecret(issued).expect(200);
    const fast = await cost(bySecret(issued).expect(200));
    const unknown = bySecret(issued, { client_id: 'nobody', client_secret: 'decoy' });
    expect(await cost(unknown.expect(401))).toBeGreaterThan(3 * fast);
  });
});

describe('secrets', () => {
  it.each<[string, string, () => Promise<string>]>([
    ['sha256', 'of a machine', async () => `sha256$${hash('sha256', 'of a machine', 'base64url')}`],
    ['scrypt', 'of a person, ä🤖', () => hashSecret('of a person, ä🤖')],
    ['bcrypt $2b$', 'of Frontier+/=', () => bcryptHash('of Frontier+/=', 4)],
    ['bcrypt $2a$', 'of Frontier', async () => (await bcryptHash('of Frontier', 4)).replace('$2b$', '$2a$')],
    ['bcrypt of 72 bytes', 'x'.repeat(72), () => bcryptHash('x'.repeat(72), 4)],
  ])(
    'hashed with %s work, and wrong ones don’t',
    async (_what, secret, hashed) => {
      const secretHash = await hashed();
      const issued = await finding({ secretHash }, { storeTimeout: 5000 });
      await bySecret(issued, { client_secret: secret }).expect(200);
      await bySecret(issued, { client_secret: `${secret}x` }).expect(401);
      await bySecret(issued, { client_secret: secret.slice(0, -1) }).expect(401);
      const { body } = await request(issued.app)
        .post(TOKEN_PATH)
        .send({ grant_type: 'client_credentials', client_id: issued.id, client_secret: `${secret}\ud800` })
        .expect(401);
      expect(body.error).toBe('invalid_client');
    },
    30_000,
  );

  it('are checked slowly two at a time in a process: others wait their turn, and get 503 after storeTimeout', async () => {
    let [running, most, asked] = [0, 0, 0];
    let release = (): void => undefined;
    const verifySecret = async () => {
      asked += 1;
      most = Math.max(most, (running += 1));
      await new Promise<void>((resolve) => {
        const others = release;
        release = () => {
          others();
          resolve();
        };
      });
      running -= 1;
      return true;
    };
    const secretHash = 'slow$hash';
    // Two issuers, since the bound is the process's.
    const within = (storeTimeout: number) => finding({ secretHash }, { verifySecret, storeTimeout });
    const [patient, impatient] = [await within(20_000), await within(500)];
    const statuses: number[] = [];
    const send = (issued: Issuer) => bySecret(issued).then(({ status }) => statuses.push(status));
    const answers = async (count: number) =>
      until(
        () => statuses.length,
        (answered) => answered === count,
      );
    const checks = async (count: number) =>
      until(
        () => asked,
        (begun) => begun === count,
      );

    const sent = [patient, patient, patient, patient].map(send);
    await checks(2);
    sent.push(...[impatient, impatient].map(send));
    await answers(2);
    expect(statuses).toEqual([503, 503]);
    expect(asked).toBe(2);
    release();
    await checks(4);
    release();
    await Promise.all(sent);
    expect(statuses).toEqual([503, 503, 200, 200, 200, 200]);
    expect([asked, most, running]).toEqual([4, 2, 0]);
    expect(impatient.events.map(({ reason }) => reason)).toEqual(['secret_check_timeout', 'secret_check_timeout']);
  });

  it('are checked slowly beside assertions and fast secrets, which do not wait', async () => {
    const releases: ((fits: boolean) => void)[] = [];
    const verifySecret = () => new Promise<boolean>((resolve) => releases.push(resolve));
    const slow = await finding({ secretHash: 'slow$hash' }, { verifySecret, storeTimeout: 5000 });
    const fast = await issuer();
    const held = [bySecret(slow), bySecret(slow)].map((sent) => sent.then(({ status }) => status));
    while (releases.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await bySecret(fast).expect(200);
    await bySignature(fast, 200);
    for (const release of releases) release(true);
    expect(await Promise.all(held)).toEqual([200, 200]);
  });
});
