import { randomUUID, sign } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { inspect } from 'node:util';
import express, { type Express, type RequestHandler } from 'express';
import {
  StoreUnavailableError,
  type CredentialStore,
  type FrontierTokenOptions,
  type KeyStore,
  type TokenEvent,
} from 'frontier-token';
import { decodeJwt } from 'jose';
import request, { type Response } from 'supertest';
import {
  assertion,
  byAssertion,
  bySecret,
  issuer,
  ISSUER,
  JWT_BEARER,
  keyPair,
  TOKEN_PATH,
  type Issuer,
} from '../support/issuer.js';

/** How a request ends: the event that it makes, whole but for its time. */
interface Outcome {
  reason: string;
  status: number;
  error: string;
  known?: (issued: Issuer) => object;
  options?: Partial<FrontierTokenOptions>;
  mount?: Parameters<typeof issuer>[1];
  before?: (issued: Issuer) => Promise<unknown>;
  send: (issued: Issuer) => PromiseLike<Response>;
}

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const post = ({ app }: Issuer, body: string | object, type = 'application/x-www-form-urlencoded') =>
  request(app).post(TOKEN_PATH).set('Content-Type', type).send(body);
const withAssertion =
  (claims: object, header: object = {}) =>
  async (issued: Issuer) =>
    byAssertion(issued, await assertion(issued, { ...claims }, { ...header }));
/** Signed by hand: jose makes no such header. */
const withHeader = (header: object) => (issued: Issuer) => {
  const { kid, principal_id: account, private_key: key } = issued.key;
  const claims = { iss: account, aud: ISSUER, exp: inSeconds(60) };
  const parts = [{ alg: 'ES256', kid, ...header }, claims].map((part) => Buffer.from(JSON.stringify(part)));
  const data = parts.map((part) => part.toString('base64url')).join('.');
  const signature = sign('sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  return byAssertion(issued, `${data}.${signature}`);
};
const basic = ({ app }: Issuer, credentials: string, more: object = {}) =>
  request(app)
    .post(TOKEN_PATH)
    .set('Authorization', `Basic ${Buffer.from(credentials).toString('base64')}`)
    .send({ grant_type: 'client_credentials', ...more });

const ofClient = () => ({ grantType: 'client_credentials' });
const ofKey = () => ({ grantType: JWT_BEARER });
const client = ({ robot, id }: Issuer) => ({ ...ofClient(), accountId: robot.id, credentialId: id });
const key = ({ robot, key: { kid } }: Issuer) => ({ ...ofKey(), accountId: robot.id, credentialId: kid });
const scopes = ['reports:read', 'reports:write'];

const malformed = { status: 400, error: 'invalid_request' };
const refusedClient = { status: 401, error: 'invalid_client' };
const refusedGrant = { status: 401, error: 'invalid_grant' };

const denied: Outcome[] = [
  {
    reason: 'method_not_allowed',
    status: 405,
    error: 'invalid_request',
    send: ({ app }) => request(app).get(TOKEN_PATH),
  },
  {
    reason: 'method_not_allowed',
    status: 405,
    error: 'invalid_request',
    send: ({ app }) => request(app).head(TOKEN_PATH),
  },
  {
    reason: 'method_not_allowed',
    status: 405,
    error: 'invalid_request',
    send: ({ app }) => request(app).options(TOKEN_PATH),
  },
  { reason: 'credentials_in_query', ...malformed, send: ({ app }) => request(app).post(`${TOKEN_PATH}?client_id=a`) },
  {
    reason: 'credentials_twice',
    ...malformed,
    send: ({ app }) =>
      request(app)
        .post(TOKEN_PATH)
        .set('Authorization', ['Basic YTpi', 'Basic YTpi'] as never),
  },
  { reason: 'request_malformed', ...malformed, send: (issued) => post(issued, '{"a":', 'application/json') },
  { reason: 'request_malformed', ...malformed, send: (issued) => post(issued, '[]', 'application/json') },
  { reason: 'parameter_repeated', ...malformed, send: (issued) => post(issued, 'scope=a&scope=b') },
  {
    reason: 'body_not_kept',
    ...malformed,
    mount: (app, router) => app.use((req, _res, next) => void req.resume().on('end', next), router),
    send: (issued) => bySecret(issued),
  },
  {
    reason: 'media_type_unsupported',
    status: 415,
    error: 'invalid_request',
    send: (issued) => post(issued, 'a=b', 'text/plain'),
  },
  {
    reason: 'body_compressed',
    status: 415,
    error: 'invalid_request',
    send: (issued) => bySecret(issued).set('Content-Encoding', 'gzip'),
  },
  {
    reason: 'body_too_large',
    status: 413,
    error: 'invalid_request',
    send: (issued) => bySecret(issued, { more: 'x'.repeat(65_536) }),
  },
  { reason: 'grant_type_missing', ...malformed, send: (issued) => bySecret(issued, { grant_type: '' }) },
  {
    reason: 'grant_type_unknown',
    status: 400,
    error: 'unsupported_grant_type',
    known: () => ({ grantType: 'password' }),
    send: (issued) => bySecret(issued, { grant_type: 'password' }),
  },

  {
    reason: 'credentials_missing',
    ...refusedClient,
    known: ofClient,
    send: (issued) => post(issued, 'grant_type=client_credentials'),
  },
  { reason: 'credentials_unreadable', ...refusedClient, known: ofClient, send: (issued) => basic(issued, 'no colon') },
  {
    reason: 'credentials_partial',
    ...malformed,
    known: ofClient,
    send: (issued) => bySecret(issued, { client_id: '' }),
  },
  {
    reason: 'credentials_partial',
    ...malformed,
    known: ({ id }) => ({ ...ofClient(), credentialId: id }),
    send: (issued) => bySecret(issued, { client_secret: '' }),
  },
  {
    reason: 'credentials_twice',
    ...malformed,
    known: ofClient,
    send: (issued) => basic(issued, 'a:b', { client_secret: 'b' }),
  },
  {
    reason: 'credentials_twice',
    ...malformed,
    known: ofClient,
    send: (issued) => bySecret(issued, { assertion: 'a.b.c' }),
  },
  {
    reason: 'client_unknown',
    ...refusedClient,
    known: () => ({ ...ofClient(), credentialId: 'nobody' }),
    send: (issued) => bySecret(issued, { client_id: 'nobody' }),
  },
  {
    reason: 'client_unknown',
    ...refusedClient,
    known: ({ key: { kid } }) => ({ ...ofClient(), credentialId: kid }),
    send: (issued) => bySecret(issued, { client_id: issued.key.kid }),
  },
  {
    reason: 'secret_mismatch',
    ...refusedClient,
    known: client,
    send: (issued) => bySecret(issued, { client_secret: 'a' }),
  },
  { reason: 'secret_mismatch', ...refusedClient, known: client, send: (issued) => basic(issued, `${issued.id}:a%20b`) },
  {
    reason: 'credential_revoked',
    ...refusedClient,
    known: client,
    before: ({ accounts, id }) => accounts.revokeCredential(id),
    send: (issued) => bySecret(issued),
  },
  {
    reason: 'credential_expired',
    ...refusedClient,
    known: client,
    before: ({ store, id }) => store.updateCredential(id, { expiresAt: new Date(0) }),
    send: (issued) => bySecret(issued),
  },
  {
    reason: 'account_disabled',
    status: 403,
    error: 'unauthorized_client',
    known: client,
    before: ({ accounts, robot }) => accounts.disable(robot.id),
    send: (issued) => bySecret(issued),
  },
  {
    reason: 'too_many_attempts',
    status: 429,
    error: 'slow_down',
    known: ({ id }) => ({ ...ofClient(), credentialId: id }),
    options: { rateLimit: { failures: 1 } },
    before: async (issued) => {
      await bySecret(issued, { client_secret: 'a' });
      issued.events.length = 0;
    },
    send: (issued) => bySecret(issued),
  },
  {
    reason: 'scope_malformed',
    status: 400,
    error: 'invalid_scope',
    known: client,
    send: (issued) => bySecret(issued, { scope: 'a  b' }),
  },
  {
    reason: 'scope_not_allowed',
    status: 400,
    error: 'invalid_scope',
    known: client,
    send: (issued) => bySecret(issued, { scope: 'other' }),
  },
  {
    reason: 'authorize_refused',
    status: 403,
    error: 'unauthorized_client',
    known: (issued) => ({ ...client(issued), scopes: ['reports:read'] }),
    options: { authorize: () => false },
    send: (issued) => bySecret(issued, { scope: 'reports:read' }),
  },

  { reason: 'assertion_missing', ...malformed, known: ofKey, send: (issued) => byAssertion(issued, '') },
  {
    reason: 'assertion_malformed',
    status: 400,
    error: 'invalid_grant',
    known: ofKey,
    send: (issued) => byAssertion(issued, 'a.b.c'),
  },
  {
    reason: 'credentials_twice',
    ...malformed,
    known: ofKey,
    send: (issued) => byAssertion(issued, 'a.b.c', { client_secret: 'a' }),
  },
  { reason: 'assertion_without_kid', ...refusedGrant, known: ofKey, send: withAssertion({}, { kid: undefined }) },
  {
    reason: 'key_unknown',
    ...refusedGrant,
    known: () => ({ ...ofKey(), credentialId: 'other' }),
    send: withAssertion({}, { kid: 'other' }),
  },
  {
    reason: 'key_unknown',
    ...refusedGrant,
    known: ({ id }) => ({ ...ofKey(), credentialId: id }),
    send: async (issued) => byAssertion(issued, await assertion(issued, {}, { kid: issued.id })),
  },
  { reason: 'assertion_critical_header', ...refusedGrant, known: key, send: withHeader({ crit: ['a'], a: 1 }) },
  { reason: 'assertion_critical_header', ...refusedGrant, known: key, send: withHeader({ b64: false }) },
  { reason: 'assertion_algorithm', ...refusedGrant, known: key, send: withHeader({ alg: 'none' }) },
  {
    reason: 'assertion_algorithm',
    ...refusedGrant,
    known: key,
    options: { assertion: { algorithms: ['RS256'] } },
    send: withAssertion({}),
  },
  {
    reason: 'assertion_signature',
    ...refusedGrant,
    known: key,
    send: async (issued) => {
      const pem = keyPair().privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
      return byAssertion(issued, await assertion({ key: { ...issued.key, private_key: pem } }));
    },
  },
  { reason: 'assertion_no_expiry', ...refusedGrant, known: key, send: withAssertion({ exp: undefined }) },
  { reason: 'assertion_expired', ...refusedGrant, known: key, send: withAssertion({ exp: inSeconds(-60) }) },
  { reason: 'assertion_not_yet_valid', ...refusedGrant, known: key, send: withAssertion({ nbf: inSeconds(600) }) },
  { reason: 'assertion_issuer', ...refusedGrant, known: key, send: withAssertion({ iss: 'other' }) },
  { reason: 'assertion_subject', ...refusedGrant, known: key, send: withAssertion({ sub: 'other' }) },
  { reason: 'assertion_audience', ...refusedGrant, known: key, send: withAssertion({ aud: 'other' }) },
  {
    reason: 'assertion_issued_in_future',
    ...refusedGrant,
    known: key,
    send: withAssertion({ iat: inSeconds(600), exp: inSeconds(700) }),
  },
  { reason: 'assertion_lifetime', ...refusedGrant, known: key, send: withAssertion({ exp: inSeconds(9000) }) },
  {
    reason: 'assertion_without_jti',
    ...refusedGrant,
    known: key,
    options: { assertion: { requireJti: true } },
    send: withAssertion({ jti: undefined }),
  },
  { reason: 'assertion_jti_malformed', ...refusedGrant, known: key, send: withAssertion({ jti: 5 }) },
  {
    reason: 'assertion_replayed',
    ...refusedGrant,
    known: key,
    options: { replayStore: { claim: async () => false } },
    send: withAssertion({}),
  },
  {
    reason: 'credential_revoked',
    ...refusedGrant,
    known: key,
    before: ({ accounts, key: { kid } }) => accounts.revokeCredential(kid),
    send: withAssertion({}),
  },
  {
    reason: 'credential_expired',
    ...refusedGrant,
    known: key,
    before: ({ store, key: { kid } }) => store.updateCredential(kid, { expiresAt: new Date(0) }),
    send: withAssertion({}),
  },
  {
    reason: 'scope_not_allowed',
    status: 400,
    error: 'invalid_scope',
    known: key,
    send: withAssertion({ scope: 'other' }),
  },
  { reason: 'scope_malformed', status: 400, error: 'invalid_scope', known: key, send: withAssertion({ scope: ['a'] }) },
];

/** A member that is listed here and not in the interface, or the other way round, fails to compile. */
const members: Record<keyof TokenEvent, true> = {
  type: true,
  time: true,
  durationMs: true,
  ip: true,
  status: true,
  grantType: true,
  accountId: true,
  credentialId: true,
  jti: true,
  scopes: true,
  error: true,
  reason: true,
  cause: true,
  limiter: true,
};

/** Nothing comes after the first. */
async function onlyEvent({ events }: Issuer): Promise<TokenEvent> {
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(events).toHaveLength(1);
  for (const member of Object.keys(events[0]!)) expect(members).toHaveProperty(member);
  return events[0]!;
}

const common = { time: expect.any(Date), durationMs: expect.any(Number), ip: expect.stringMatching(/127\.0\.0\.1$/) };

describe('a request makes exactly one event', () => {
  it.each<[string, (issued: Issuer) => object, (issued: Issuer) => PromiseLike<Response>]>([
    ['by secret', client, (issued) => bySecret(issued)],
    ['by assertion', key, withAssertion({})],
  ])('token.issued, %s', async (_what, known, send) => {
    const issued = await issuer();
    const { body } = await send(issued);
    const jti = decodeJwt(body.access_token as string).jti;
    const event = await onlyEvent(issued);
    expect(event).toStrictEqual({ type: 'token.issued', status: 200, ...common, ...known(issued), scopes, jti });
    expect(event.durationMs).toBeGreaterThanOrEqual(0);
    expect(Math.abs(event.time.getTime() - Date.now())).toBeLessThan(5000);
  });

  it('token.issued, with the scopes that were asked for', async () => {
    const issued = await issuer();
    await bySecret(issued, { scope: 'reports:read' }).expect(200);
    expect(await onlyEvent(issued)).toMatchObject({ scopes: ['reports:read'] });
  });

  it.each(denied)('token.denied, $status $error $reason', async (row) => {
    const { reason, status, error, known, options, mount, before, send } = row;
    const issued = await issuer(options, mount);
    await before?.(issued);
    expect((await send(issued)).status).toBe(status);
    const expected = { type: 'token.denied', status, error, reason, ...common, ...known?.(issued) };
    expect(await onlyEvent(issued)).toStrictEqual(expected);
  });

  it('token.denied, 404 account_gone', async () => {
    const { store, id, secret, robot } = await issuer();
    const credentialStore: CredentialStore = {
      findCredential: async (name) => ({ ...(await store.findCredential(name))!, account: undefined }),
    };
    const issued = { ...(await issuer({ credentialStore })), id, secret, robot };
    await bySecret(issued).expect(404);
    const expected = { type: 'token.denied', status: 404, error: 'invalid_client', reason: 'account_gone' };
    expect(await onlyEvent(issued)).toStrictEqual({ ...expected, ...common, ...client(issued) });
  });
});

const error = new Error('thrown by the host');
const unavailable = new StoreUnavailableError('down');
const rejects = async (thrown: unknown) => Promise.reject(thrown);
const hangs = () => new Promise<never>(() => undefined);

/** What fails, as options of an issuer whose store holds one secret and one key. */
type Seam = (fail: () => Promise<never>, issued: Issuer) => Partial<FrontierTokenOptions>;
const signer = (sign: () => Promise<Uint8Array>): KeyStore => ({
  signingKey: async () => ({ kid: 'k', alg: 'ES256', sign }),
  publicKeys: async () => [],
});
const holding = ({ store }: Issuer, changes: object): CredentialStore => ({
  findCredential: async (id) => Object.assign((await store.findCredential(id))!, changes),
});
const seams: Record<string, Seam> = {
  credential_store: (fail) => ({ credentialStore: { findCredential: fail } }),
  key_store: (fail) => ({ keyStore: { signingKey: fail, publicKeys: fail } }),
  signing_key: (fail) => ({ keyStore: signer(fail) }),
  replay_store: (fail) => ({ replayStore: { claim: fail } }),
  verify_secret: (fail, issued) => ({
    credentialStore: holding(issued, { secretHash: 'argon2$' }),
    verifySecret: fail,
  }),
  authorize: (fail) => ({ authorize: fail }),
  claims: (fail) => ({ claims: fail }),
};
const broken = Object.keys(seams).flatMap((seam): [string, number, () => Promise<never>, unknown][] => [
  [`${seam}_failed`, 500, () => rejects(error), error],
  [`${seam}_unavailable`, 503, () => rejects(unavailable), unavailable],
  [`${seam}_timeout`, 503, hangs, new StoreUnavailableError('no answer within 50 ms')],
]);

/** Answers with an object that has one member, which throws. */
const trapFor = (name: string) => async () =>
  Object.defineProperty({}, name, {
    get() {
      throw error;
    },
  }) as never;

/** An issuer of the same clients, with something of it broken. */
async function brokenIssuer(options: (issued: Issuer) => Partial<FrontierTokenOptions>): Promise<Issuer> {
  const whole = await issuer();
  const { app, events } = await issuer({ credentialStore: whole.store, ...options(whole) });
  return { ...whole, app, events };
}

const sendTo = (reason: string, issued: Issuer) =>
  reason.startsWith('replay') ? withAssertion({})(issued) : Promise.resolve(bySecret(issued));

describe('a failure of the host makes exactly one event, token.failed', () => {
  it.each(broken)('%s (%i), with what was thrown', async (reason, status, fail, cause) => {
    const limit = reason.endsWith('_timeout') ? { storeTimeout: 50 } : {};
    const seam = seams[reason.replace(/_[^_]+$/, '')]!;
    const issued = await brokenIssuer((whole) => ({ ...seam(fail, whole), ...limit }));
    expect((await sendTo(reason, issued)).status).toBe(status);
    const event = await onlyEvent(issued);
    expect(event).toMatchObject({
      type: 'token.failed',
      status,
      ...common,
      error: status === 500 ? 'server_error' : 'temporarily_unavailable',
      reason,
      grantType: reason.startsWith('replay') ? JWT_BEARER : 'client_credentials',
    });
    if (reason.endsWith('_timeout')) expect(event.cause).toEqual(cause);
    else expect(event.cause).toBe(cause);
  });

  it.each(Object.keys(seams))('%s_failed, whose event names the credential', async (seam) => {
    const issued = await brokenIssuer((whole) => seams[seam]!(() => rejects(error), whole));
    await sendTo(seam, issued);
    const credentialId = seam === 'replay_store' ? issued.key.kid : issued.id;
    expect(await onlyEvent(issued)).toMatchObject({ credentialId });
  });

  it.each<[string, string, (issued: Issuer) => Partial<FrontierTokenOptions>]>([
    [
      'a credential of no type',
      'credential_store_nonsense',
      (i) => ({ credentialStore: holding(i, { type: 'api_key' }) }),
    ],
    [
      'a date that is none',
      'credential_store_nonsense',
      (i) => ({ credentialStore: holding(i, { expiresAt: '2030-01-01' }) }),
    ],
    [
      'no signing key',
      'key_store_nonsense',
      () => ({ keyStore: { ...signer(hangs), signingKey: async () => ({}) as never } }),
    ],
    ['a signature of no length', 'signing_key_nonsense', () => ({ keyStore: signer(async () => new Uint8Array()) })],
    ['a claim of 1', 'replay_store_nonsense', () => ({ replayStore: { claim: async () => 1 as never } })],
    ['a trap', 'credential_store_nonsense', () => ({ credentialStore: { findCredential: trapFor('id') } })],
    [
      'a key that is a trap',
      'key_store_nonsense',
      () => ({ keyStore: { ...signer(hangs), signingKey: trapFor('kid') } }),
    ],
  ])('for %s: %s', async (_what, reason, options) => {
    const issued = await brokenIssuer(options);
    expect((await sendTo(reason, issued)).status).toBe(500);
    const event = await onlyEvent(issued);
    expect(event).toMatchObject({ type: 'token.failed', status: 500, error: 'server_error', reason });
    expect(event.cause).toBeInstanceOf(Error);
  });

  it('secret_check_timeout (503), where two slow checks are under way', async () => {
    const releases: ((fits: boolean) => void)[] = [];
    const slow = await brokenIssuer((whole) => ({
      credentialStore: holding(whole, { secretHash: 'argon2$' }),
      verifySecret: () => new Promise((resolve) => releases.push(resolve)),
      storeTimeout: 30_000,
    }));
    const holders = [bySecret(slow), bySecret(slow)].map((sent) => sent.then(({ status }) => status));
    while (releases.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    const issued = await brokenIssuer((whole) => ({
      ...seams.verify_secret!(() => rejects(error), whole),
      storeTimeout: 50,
    }));
    await bySecret(issued).expect(503);
    for (const release of releases) release(true);
    expect(await Promise.all(holders)).toEqual([200, 200]);
    expect(await onlyEvent(issued)).toMatchObject({
      type: 'token.failed',
      status: 503,
      reason: 'secret_check_timeout',
    });
  });
});

describe('a request that ends before its answer makes exactly one event, token.denied request_aborted', () => {
  /** Sends this much, and hangs up once `when` says so. */
  async function hangUp(app: Express, body: string, length: number, when: () => boolean): Promise<void> {
    const server = app.listen(0);
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const type = 'application/x-www-form-urlencoded';
    socket.write(
      `POST ${TOKEN_PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`,
    );
    socket.write(body);
    while (!when()) await new Promise((resolve) => setTimeout(resolve, 5));
    socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const aborted = { type: 'token.denied', status: 400, error: 'invalid_request', reason: 'request_aborted' };

  it('halfway through its body, without asking the store', async () => {
    let [arrived, asked] = [false, false];
    const findCredential = async () => void (asked = true);
    const issued = await issuer({ credentialStore: { findCredential } }, (app, router) => {
      app.use((_req, _res, next) => {
        arrived = true;
        next();
      }, router);
    });
    await hangUp(issued.app, 'grant_type=client_cre', 1000, () => arrived);
    expect(await onlyEvent(issued)).toStrictEqual({ ...aborted, ...common });
    expect(asked).toBe(false);
  });

  it('before its credentials are looked at, without asking store, limiter or hash', async () => {
    let [arrived, asked] = [false, false];
    const ask = async () => void (asked = true);
    const issued = await issuer(
      {
        credentialStore: { findCredential: ask },
        rateLimit: { limiter: { get: ask, consume: ask } as never },
      },
      (app, router) => {
        app.use(
          express.urlencoded({ extended: false }),
          (_req, res, next) => {
            arrived = true;
            res.on('close', () => next());
          },
          router,
        );
      },
    );
    const form = new URLSearchParams({ ...ofGrant, client_id: 'a', client_secret: 'b' }).toString();
    await hangUp(issued.app, form, form.length, () => arrived);
    const known = { grantType: 'client_credentials', credentialId: 'a' };
    expect(await onlyEvent(issued)).toMatchObject({ ...aborted, ...known });
    expect(asked).toBe(false);
  });

  it('while the store looks, without asking for a signature', async () => {
    let [looking, signed] = [false, false];
    let [closed, noticed] = [Promise.resolve(), (): void => undefined];
    const whole = await issuer();
    const credentialStore: CredentialStore = {
      findCredential: async (id) => {
        looking = true;
        await closed;
        return whole.store.findCredential(id);
      },
    };
    const keyStore = signer(async () => {
      signed = true;
      return new Uint8Array(64);
    });
    const issued = await issuer({ credentialStore, keyStore }, (app, router) => {
      closed = new Promise((resolve) => (noticed = resolve));
      app.use((_req, res, next) => void (res.on('close', noticed), next()), router);
    });
    const form = new URLSearchParams({ ...ofGrant, client_id: whole.id, client_secret: whole.secret }).toString();
    await hangUp(issued.app, form, form.length, () => looking);
    const known = { grantType: 'client_credentials', accountId: whole.robot.id, credentialId: whole.id, scopes };
    expect(await onlyEvent(issued)).toMatchObject({ ...aborted, ...known });
    expect(signed).toBe(false);
  });
});

describe('a request that the host has answered meanwhile', () => {
  it('makes exactly one event, with the status of that answer, and no token', async () => {
    let signed = false;
    const whole = await issuer();
    let answered = (): void => undefined;
    const answer = new Promise<void>((resolve) => (answered = resolve));
    const credentialStore: CredentialStore = {
      findCredential: (id) => answer.then(() => whole.store.findCredential(id)),
    };
    const keyStore = signer(async () => {
      signed = true;
      return new Uint8Array(64);
    });
    const { app, events } = await issuer({ credentialStore, keyStore }, (host, router) => {
      const timeout: RequestHandler = (_req, res, next) => {
        setTimeout(() => res.status(503).end(answered), 20);
        next();
      };
      host.use(timeout, router);
    });
    const issued = { ...whole, app, events };
    expect((await bySecret(issued).expect(503)).text).toBe('');
    const expected = { type: 'token.failed', status: 503, reason: 'answered_by_host', credentialId: whole.id };
    expect(await onlyEvent(issued)).toMatchObject(expected);
    expect(signed).toBe(false);
  });
});

const ofGrant = { grant_type: 'client_credentials' };

describe('an event', () => {
  const long = 'x'.repeat(10_000);
  const cut = 'x'.repeat(256);

  it.each<[string, object, (issued: Issuer) => PromiseLike<Response>]>([
    ['a grant type', { grantType: cut }, (issued) => bySecret(issued, { grant_type: long })],
    ['a client id', { credentialId: cut, reason: 'client_unknown' }, (issued) => bySecret(issued, { client_id: long })],
    [
      'a client id without a secret',
      { credentialId: cut, reason: 'credentials_partial' },
      (issued) => bySecret(issued, { client_id: long, client_secret: '' }),
    ],
    ['a Basic id', { credentialId: cut }, (issued) => basic(issued, `${long}:secret`)],
    ['a key id', { credentialId: cut, reason: 'key_unknown' }, withAssertion({ kid: long }, { kid: undefined })],
    [
      'an address',
      { ip: cut },
      (issued) => {
        issued.app.set('trust proxy', true);
        return bySecret(issued).set('X-Forwarded-For', long);
      },
    ],
  ])('holds %s of a client cut at 256 characters', async (_what, expected, send) => {
    const issued = await issuer();
    await send(issued);
    expect(await onlyEvent(issued)).toMatchObject(expected);
  });

  it('holds it cut where too many attempts were made, too', async () => {
    const issued = await issuer({ rateLimit: { failures: 1 } });
    await bySecret(issued, { client_id: long }).expect(401);
    await bySecret(issued, { client_id: long }).expect(429);
    expect(issued.events).toMatchObject([{ credentialId: cut }, { credentialId: cut }]);
  });

  it('has the IP that Express has: of the proxy, or what a trusted one says', async () => {
    const issued = await issuer();
    await bySecret(issued).set('X-Forwarded-For', '203.0.113.7');
    issued.app.set('trust proxy', true);
    await bySecret(issued).set('X-Forwarded-For', '203.0.113.7');
    expect(issued.events).toMatchObject([{ ip: common.ip }, { ip: '203.0.113.7' }]);
  });

  it('never holds a secret, an assertion, a token or a hash, however the request ends', async () => {
    for (const { options, mount, before, send } of denied) {
      const issued = await issuer(options, mount);
      const { store, id, secret, key: file } = issued;
      await before?.(issued);
      const tokens = [await send(issued), await bySecret(issued), await byAssertion(issued, await assertion(issued))];
      await basic(issued, `${id}:${secret}`);
      await bySecret(issued, { client_secret: `${secret}x` });
      const found = await store.findCredential(id);
      const hash = found?.type === 'client_secret' ? found.secretHash : '';
      const told = inspect(issued.events, { depth: Infinity, maxStringLength: Infinity });
      const secrets = [secret, hash, hash.slice(7), file.private_key.slice(40, 80)];
      const issuedTokens = tokens.map(({ body }) => body.access_token as string | undefined).filter(Boolean);
      for (const text of [...secrets, ...issuedTokens]) expect(told).not.toContain(text);
      expect(told).not.toMatch(/sha256\$|eyJ|PRIVATE KEY/);
    }
  });

  it.each<[string, (issued: Issuer) => Partial<FrontierTokenOptions>]>([
    ['a hash that is no text', (i) => ({ credentialStore: holding(i, { secretHash: ['sha256$hash'] }) })],
    ['a type that is a hash', (i) => ({ credentialStore: holding(i, { type: 'sha256$hash' }) })],
    ['a date that is a hash', (i) => ({ credentialStore: holding(i, { expiresAt: 'sha256$hash' }) })],
    ['an account that is a hash', (i) => ({ credentialStore: holding(i, { accountId: 'sha256$hash' }) })],
    [
      'a scope that is a hash',
      (i) => ({ credentialStore: holding(i, { account: { ...i.robot, scopes: ['sha256$ hash'] } }) }),
    ],
    [
      'a key that quotes itself',
      (i) => ({ credentialStore: holding(i, { type: 'public_key', publicKey: { kty: 'EC', d: 'sha256$' } }) }),
    ],
    [
      'no signing key',
      () => ({ keyStore: { ...signer(hangs), signingKey: async () => ({ pem: 'sha256$hash' }) as never } }),
    ],
    ['a signature that is none', () => ({ keyStore: signer(async () => 'sha256$hash' as never) })],
    ['claims that are a text', () => ({ claims: () => 'sha256$hash' as never })],
    ['a claim that is a text', () => ({ replayStore: { claim: async () => 'sha256$hash' as never } })],
  ])('has a cause of ours that quotes nothing of %s', async (_what, options) => {
    const issued = await brokenIssuer(options);
    await bySecret(issued);
    await byAssertion(issued, await assertion(issued));
    const failures = issued.events.filter(({ type }) => type === 'token.failed');
    expect(failures.length).toBeGreaterThan(0);
    expect(inspect(failures, { depth: Infinity })).not.toMatch(/sha256\$|eyJ/);
    expect(inspect(failures, { depth: Infinity })).not.toContain(issued.secret);
  });
});

describe('a listener', () => {
  const trap = {
    get then(): never {
      throw new Error('of the listener');
    },
  };
  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('of the listener');
      },
    ],
    [
      'throws undefined',
      () => {
        throw undefined;
      },
    ],
    ['rejects', () => rejects(new Error('of the listener'))],
    ['rejects with undefined', () => rejects(undefined)],
    ['rejects later', () => new Promise((_, reject) => setTimeout(reject, 5))],
    ['hangs', hangs],
    ['returns a trap', () => trap],
    ['resolves to a trap', async () => trap],
    [
      'returns a thenable that throws',
      () => ({
        then: () => {
          throw error;
        },
      }),
    ],
    ['returns nonsense', () => 'sha256$'],
  ])('that %s leaves every answer as it is', async (_what, onEvent) => {
    const seen: TokenEvent[] = [];
    const issued = await issuer({
      onEvent: (event) => {
        seen.push(event);
        return onEvent();
      },
    });
    const { body } = await bySecret(issued).expect(200);
    expect(body.access_token).toEqual(expect.any(String));
    expect((await bySecret(issued, { client_secret: 'a' }).expect(401)).body.error).toBe('invalid_client');
    await byAssertion(issued, await assertion(issued, { jti: randomUUID() })).expect(200);
    expect(seen).toHaveLength(3);
    await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it('is told once the answer is given, and can’t change it', async () => {
    const issued = await issuer({
      onEvent: (event) => {
        event.scopes?.push('admin');
        event.status = 500;
      },
    });
    const { body } = await bySecret(issued).expect(200);
    expect(body.scope).toBe(scopes.join(' '));
    expect((await bySecret(issued).expect(200)).body.scope).toBe(scopes.join(' '));
  });

  it('hears of the token route alone', async () => {
    const issued = await issuer();
    await request(issued.app).get('/.well-known/jwks.json').expect(200);
    await request(issued.app).get('/elsewhere').expect(404);
    expect(issued.events).toEqual([]);
  });
});
