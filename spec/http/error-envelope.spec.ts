import { gzipSync } from 'node:zlib';
import express from 'express';
import {
  frontierToken,
  StoreUnavailableError,
  type CredentialStore,
  type FoundCredential,
  type FrontierTokenOptions,
  type KeyStore,
} from 'frontier-token';
import request from 'supertest';
import {
  assertion,
  byAssertion,
  bySecret,
  issuer,
  ISSUER,
  JWT_BEARER,
  TOKEN_PATH,
  type Issuer,
} from '../support/issuer.js';

type Answer = request.Response;
type Ask = (host: Issuer) => PromiseLike<Answer>;

const LEAK = 'postgres://admin:hunter2@db';
const LATER = 60_000;

const post = ({ app }: Issuer, query = '') => request(app).post(TOKEN_PATH + query);
const form = (host: Issuer, members: object) => post(host).type('form').send(members);
const secretOf = ({ id, secret }: Issuer) => ({
  grant_type: 'client_credentials',
  client_id: id,
  client_secret: secret,
});
const wrong: Ask = (host) => bySecret(host, { client_secret: 'wrong' });
const asserted =
  (claims: object = {}, header: object = {}): Ask =>
  async (host) =>
    byAssertion(host, await assertion(host, { ...claims }, { ...header }));
const jwt = (...parts: string[]) => parts.map((part) => Buffer.from(part).toString('base64url')).join('.');
const malformed =
  (text: string): Ask =>
  (host) =>
    byAssertion(host, text);

/** The same clients, with another app. */
function remade(host: Issuer, options: Partial<FrontierTokenOptions>): Issuer {
  const { store: credentialStore, keyStore } = host;
  const router = frontierToken({ issuer: ISSUER, credentialStore, keyStore, ...options });
  return { ...host, app: express().use(router) };
}
const behind =
  (options: Partial<FrontierTokenOptions>, ask: Ask): Ask =>
  (host) =>
    ask(remade(host, options));

/** With a store that changes what it finds, or fails. */
const storing =
  (
    findCredential: (found: () => Promise<FoundCredential | undefined>) => unknown,
    ask: Ask,
    more: Partial<FrontierTokenOptions> = {},
  ): Ask =>
  (host) =>
    behind(
      {
        credentialStore: {
          findCredential: (id) => findCredential(() => host.store.findCredential(id)),
        } as CredentialStore,
        ...more,
      },
      ask,
    )(host);
const without = (found: () => Promise<FoundCredential | undefined>) =>
  found().then((credential) => credential && { ...credential, account: undefined });
const disabled = (ask: Ask) => async (host: Issuer) => {
  await host.accounts.disable(host.robot.id);
  return ask(host);
};
const expired = (found: () => Promise<FoundCredential | undefined>) =>
  found().then((credential) => credential && { ...credential, expiresAt: new Date(Date.now() - LATER) });

/** For what hangs. */
const SHORT = { storeTimeout: 50 };
const hang = () => new Promise<never>(() => undefined);
const down = () => Promise.reject(new StoreUnavailableError(LEAK));
const broken = () => {
  throw Object.assign(new Error(LEAK), { status: 418, statusCode: 418, expose: true, headers: { 'X-Leak': LEAK } });
};
const keyStore = (signingKey: KeyStore['signingKey']): KeyStore => ({ signingKey, publicKeys: async () => [] });

interface Row {
  /** For a 400. */
  field?: string;
  /** For a 401. */
  scheme?: 'Basic' | 'Bearer';
  ask: Ask;
}

const errors: Record<string, Record<string, Row>> = {
  '400 3 invalid_request': {
    'a malformed body': { field: 'body', ask: (host) => post(host).type('json').send('{') },
    'a repeated parameter': { field: 'scope', ask: (host) => post(host).type('form').send('scope=a&scope=b') },
    'a parameter that is no string': { field: 'scope', ask: (host) => post(host).send({ scope: 1 }) },
    'a missing grant_type': { field: 'grant_type', ask: (host) => form(host, { scope: 'a' }) },
    'a missing assertion': { field: 'assertion', ask: (host) => form(host, { grant_type: JWT_BEARER }) },
    'an id without a secret': { field: 'client_secret', ask: (host) => bySecret(host, { client_secret: '' }) },
    'a secret without an id': { field: 'client_id', ask: (host) => bySecret(host, { client_id: '' }) },
    'credentials twice': { field: 'client_secret', ask: (host) => bySecret(host).auth('a', 'b') },
    'credentials in the query': {
      field: 'client_secret',
      ask: (host) => post(host, '?client_secret=a').type('form').send(secretOf(host)),
    },
  },
  '400 3 unsupported_grant_type': {
    'an unknown grant type': { field: 'grant_type', ask: (host) => form(host, { grant_type: 'password' }) },
  },
  '400 3 invalid_scope': {
    'a scope that is not allowed': { field: 'scope', ask: (host) => bySecret(host, { scope: 'admin' }) },
    'a malformed scope': { field: 'scope', ask: (host) => bySecret(host, { scope: 'a  b' }) },
    'a malformed scope claim': { field: 'scope', ask: asserted({ scope: ['reports:read'] }) },
  },
  '400 3 invalid_grant': {
    'an assertion that is no JWT': { field: 'assertion', ask: malformed('nonsense') },
    'an assertion of two parts': { field: 'assertion', ask: malformed(jwt('{}', '{}')) },
    'an assertion of four parts': { field: 'assertion', ask: malformed(jwt('{}', '{}', 'a', 'a')) },
    'an assertion whose base64url is padded': { field: 'assertion', ask: malformed(`e30=.e30.${jwt('a')}`) },
    'an assertion in plain base64': { field: 'assertion', ask: malformed(`${jwt('{}', '{}')}.+/+/`) },
    'an assertion with stray bits': { field: 'assertion', ask: malformed(`e31.e30.${jwt('a')}`) },
    'an assertion whose header is no JSON': { field: 'assertion', ask: malformed(jwt('{', '{}', 'a')) },
    'an assertion whose header is an array': { field: 'assertion', ask: malformed(jwt('[]', '{}', 'a')) },
    'an assertion whose claims are a string': { field: 'assertion', ask: malformed(jwt('{}', '"a"', 'a')) },
    'an assertion whose claims are null': { field: 'assertion', ask: malformed(jwt('{}', 'null', 'a')) },
  },
  '401 16 invalid_client': {
    'no credentials': { scheme: 'Basic', ask: (host) => form(host, { grant_type: 'client_credentials' }) },
    'Basic that can not be read': {
      scheme: 'Basic',
      ask: (host) => form(host, { grant_type: 'client_credentials' }).set('Authorization', 'Basic !'),
    },
    'an unknown client': { scheme: 'Basic', ask: (host) => bySecret(host, { client_id: 'unknown' }) },
    "an id that is a key's": { scheme: 'Basic', ask: (host) => bySecret(host, { client_id: host.key.kid }) },
    'a wrong secret': { scheme: 'Basic', ask: wrong },
    'a revoked secret': {
      scheme: 'Basic',
      ask: async (host) => {
        await host.accounts.revokeCredential(host.id);
        return bySecret(host);
      },
    },
    'an expired secret': { scheme: 'Basic', ask: storing(expired, bySecret) },
  },
  '401 16 invalid_grant': {
    'an assertion for another': { scheme: 'Bearer', ask: asserted({ aud: 'https://another.test' }) },
    'an assertion without a kid': { scheme: 'Bearer', ask: asserted({}, { kid: undefined }) },
    'an assertion that is expired': { scheme: 'Bearer', ask: asserted({ exp: 1, iat: 0 }) },
    'an unknown key': { scheme: 'Bearer', ask: asserted({}, { kid: 'unknown' }) },
    "a kid that is a secret's": { scheme: 'Bearer', ask: (host) => asserted({}, { kid: host.id })(host) },
    'a revoked key': {
      scheme: 'Bearer',
      ask: async (host) => {
        await host.accounts.revokeCredential(host.key.kid);
        return asserted()(host);
      },
    },
    'an expired key': { scheme: 'Bearer', ask: storing(expired, asserted()) },
    'a replay': {
      scheme: 'Bearer',
      ask: async (host) => {
        const same = await assertion(host);
        await byAssertion(host, same).expect(200);
        return byAssertion(host, same);
      },
    },
  },
  '403 7 unauthorized_client': {
    'a disabled account': { ask: disabled(bySecret) },
    'a disabled account with an assertion': { ask: disabled(asserted()) },
    'a no of authorize': { ask: behind({ authorize: () => false }, bySecret) },
    'a no of authorize to an assertion': { ask: behind({ authorize: async () => false }, asserted()) },
    'anything but true of authorize': { ask: behind({ authorize: () => 1 as never }, bySecret) },
  },
  '404 5 invalid_client': {
    'a secret whose account is gone': { ask: storing(without, bySecret) },
    'a key whose account is gone': { ask: storing(without, asserted()) },
  },
  '405 12 invalid_request': {
    'another method': { ask: ({ app }) => request(app).put(TOKEN_PATH).send({}) },
    'GET with everything in the query': { ask: ({ app }) => request(app).get(`${TOKEN_PATH}?client_id=a`) },
    'POST to the JWKS': { ask: ({ app }) => request(app).post('/.well-known/jwks.json') },
  },
  '413 3 invalid_request': {
    'a body too large': { ask: (host) => bySecret(host, { padding: 'a'.repeat(70_000) }) },
  },
  '415 3 invalid_request': {
    'another media type': { ask: (host) => post(host).type('text/plain').send('a') },
    'a compressed body': {
      ask: (host) => post(host).type('form').set('Content-Encoding', 'gzip').send(gzipSync('a=b').toString('latin1')),
    },
  },
  '429 8 slow_down': {
    'too many failed attempts': {
      ask: behind({ rateLimit: { failures: 1 } }, async (host) => {
        await wrong(host);
        return wrong(host);
      }),
    },
    'too many failed attempts, even with the right secret': {
      ask: behind({ rateLimit: { failures: 1 } }, async (host) => {
        await wrong(host);
        return bySecret(host);
      }),
    },
    'too many failed assertions': {
      ask: behind({ rateLimit: { failures: 1 } }, async (host) => {
        await asserted({ aud: 'https://another.test' })(host);
        return asserted()(host);
      }),
    },
  },
  '500 13 server_error': {
    'a store that throws': { ask: storing(broken, bySecret) },
    'a store that throws, asked for a key': { ask: storing(broken, asserted()) },
    'a store that rejects with a string': { ask: storing(() => Promise.reject(LEAK), bySecret) },
    'a store that rejects with nothing': { ask: storing(() => Promise.reject(undefined), bySecret) },
    'a key store that throws': { ask: behind({ keyStore: keyStore(broken) }, bySecret) },
    'a replay store that throws': { ask: behind({ replayStore: { claim: broken } }, asserted()) },
    'a hook that throws': { ask: behind({ authorize: broken }, bySecret) },
    'a JWKS whose key store throws': {
      ask: behind({ keyStore: { ...keyStore(hang), publicKeys: broken } }, ({ app }) =>
        request(app).get('/.well-known/jwks.json'),
      ),
    },
  },
  '503 14 temporarily_unavailable': {
    'a store that is down': { ask: storing(down, bySecret) },
    'a store that is down, asked for a key': { ask: storing(down, asserted()) },
    'a store that hangs': { ask: storing(hang, bySecret, SHORT) },
    'a store that hangs, asked for a key': { ask: storing(hang, asserted(), SHORT) },
    'a key store that is down': { ask: behind({ keyStore: keyStore(down) }, bySecret) },
    'a key store that hangs': { ask: behind({ keyStore: keyStore(hang), ...SHORT }, bySecret) },
    'a replay store that is down': { ask: behind({ replayStore: { claim: down } }, asserted()) },
    'a hook that hangs': { ask: behind({ claims: hang, ...SHORT }, bySecret) },
    'a JWKS whose key store hangs': {
      ask: behind({ keyStore: { ...keyStore(hang), publicKeys: hang }, ...SHORT }, ({ app }) =>
        request(app).get('/.well-known/jwks.json'),
      ),
    },
  },
};

const rows = Object.entries(errors).flatMap(([row, whens]) =>
  Object.entries(whens).map(([when, found]) => ({ row, when, ...found })),
);

describe.each(rows)('$row for $when', ({ row, field, scheme, ask }) => {
  const [status, code, error] = row.split(' ') as [string, string, string];
  let answer: Answer;
  beforeAll(async () => (answer = await ask(await issuer())));

  it('is google.rpc.Status and RFC 6749 at once', () => {
    expect(answer.status).toBe(Number(status));
    const { message } = answer.body;
    expect(message).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
    const info = {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: error.toUpperCase(),
      domain: 'issuer.test',
    };
    const fieldViolations = [{ field, description: message }];
    const badRequest = { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations };
    expect(answer.body).toEqual({
      code: Number(code),
      message,
      details: status === '400' ? [info, badRequest] : [info],
      error,
      error_description: message,
    });
  });

  it('is JSON that nobody may cache', () => {
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
  });

  it('has the headers of its row, and only those', () => {
    const { 'www-authenticate': challenge, allow, 'retry-after': retryAfter, ...others } = answer.headers;
    expect(challenge).toBe(scheme && `${scheme} realm="${ISSUER}"`);
    expect(allow).toBe({ 405: answer.request.method === 'POST' ? 'GET, HEAD' : 'POST' }[status]);
    if (['429', '503'].includes(status)) expect(retryAfter).toMatch(/^[1-9]\d*$/);
    else expect(retryAfter).toBeUndefined();
    expect(Object.keys(others)).not.toContain('x-leak');
  });

  it("holds nothing of the host's", () => {
    expect(answer.text + JSON.stringify(answer.headers)).not.toMatch(/hunter2|stack|\.ts:|node_modules/);
  });
});

describe('the example of the contract', () => {
  it('is what it says', async () => {
    const host = await issuer({ issuer: 'https://api.example.com' });
    expect((await wrong(host)).body).toEqual({
      code: 16,
      message: 'client authentication failed',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'INVALID_CLIENT',
          domain: 'api.example.com',
        },
      ],
      error: 'invalid_client',
      error_description: 'client authentication failed',
    });
  });
});

describe('no answer tells', () => {
  const seen = async (asked: PromiseLike<Answer>) => {
    const { status, text, headers } = await asked;
    const { date: _date, ...others } = headers as Record<string, string>;
    return { status, text, others };
  };

  it.each(['a wrong secret', 'a revoked secret', 'an expired secret', "an id that is a key's"])(
    'an unknown client from %s',
    async (when) => {
      const unknown = await seen(errors['401 16 invalid_client']!['an unknown client']!.ask(await issuer()));
      expect(await seen(errors['401 16 invalid_client']![when]!.ask(await issuer()))).toEqual(unknown);
    },
  );

  it.each(Object.keys(errors['401 16 invalid_grant']!))('an unknown key from: %s', async (when) => {
    const unknown = await seen(errors['401 16 invalid_grant']!['an unknown key']!.ask(await issuer()));
    expect(await seen(errors['401 16 invalid_grant']![when]!.ask(await issuer()))).toEqual(unknown);
  });

  it('without the secret that an account is disabled', async () => {
    expect((await disabled(wrong)(await issuer())).status).toBe(401);
  });

  it('without the secret that an account is gone', async () => {
    expect((await storing(without, wrong)(await issuer())).status).toBe(401);
  });
});

describe('the realm of a challenge', () => {
  it.each([
    ['a port and a path', 'https://issuer.test:8443/auth', 'https://issuer.test:8443/auth', 'issuer.test'],
    ['a name that is not ASCII', 'https://例え.jp', 'https://%E4%BE%8B%E3%81%88.jp', 'xn--r8jz45g.jp'],
  ])('is the issuer, with %s', async (_what, iss, realm, domain) => {
    const host = await issuer({ issuer: iss });
    const answer = await wrong(host);
    expect(answer.headers['www-authenticate']).toBe(`Basic realm="${realm}"`);
    expect(answer.body.details[0].domain).toBe(domain);
  });

  it('is a Basic one where the grant type is unknown or not yet known', async () => {
    const frontier = await issuer({ profile: 'frontier' });
    const answer = await post(frontier).set('Authorization', 'Basic !');
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, `Basic realm="${ISSUER}"`]);
  });
});
