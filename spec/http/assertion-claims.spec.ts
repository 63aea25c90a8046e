import { createPrivateKey, sign } from 'node:crypto';
import request from 'supertest';
import {
  assertion,
  byAssertion,
  ISSUER,
  issuer,
  JWT_BEARER,
  TOKEN_PATH,
  verified,
  type Issuer,
} from '../support/issuer.js';

const TOKEN_ENDPOINT = ISSUER + TOKEN_PATH;
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

/** Claims that hang on the clock are made when they are used. */
type Claims = Record<string, unknown>;
type Clocked = (now: number) => Claims;
const clocked = (claims: Claims | Clocked) => (typeof claims === 'function' ? claims(inSeconds(0)) : claims);

async function expectAccepted(host: Issuer, claims: Claims | Clocked): Promise<void> {
  const { status, body } = await byAssertion(host, await assertion(host, clocked(claims)));
  expect(status).toBe(200);
  expect((await verified(host.app, body.access_token)).payload.sub).toBe(host.robot.id);
}

async function expectRefusal(host: Issuer, claims: Claims | Clocked, reason: string): Promise<void> {
  await expectRefused(await byAssertion(host, await assertion(host, clocked(claims))), host, reason);
}

/** The client hears the same whatever failed; only the operator's event tells why. */
async function expectRefused(answer: request.Response, host: Issuer, reason: string): Promise<void> {
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toBe(`Bearer realm="${ISSUER}"`);
  expect(answer.body).toEqual({
    code: 16,
    message: 'the assertion was not accepted',
    details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'INVALID_GRANT', domain: 'issuer.test' }],
    error: 'invalid_grant',
    error_description: 'the assertion was not accepted',
  });
  const known = { accountId: host.robot.id, credentialId: host.key.kid, grantType: JWT_BEARER };
  expect(host.events.at(-1)).toMatchObject({ type: 'token.denied', error: 'invalid_grant', reason, ...known });
}

/** With a payload that no library makes. */
function forged({ key }: Issuer, payload: string): string {
  const parts = [JSON.stringify({ alg: 'ES256', kid: key.kid }), payload];
  const data = parts.map((part) => Buffer.from(part).toString('base64url')).join('.');
  const privateKey = { key: createPrivateKey(key.private_key), dsaEncoding: 'ieee-p1363' as const };
  return `${data}.${sign('sha256', Buffer.from(data), privateKey).toString('base64url')}`;
}

let host: Issuer;
beforeAll(async () => (host = await issuer({ rateLimit: false })));

describe('iss', () => {
  it.each([undefined, null, '', 7, [], {}, ISSUER, 'other'])('is the account id, not %j', async (iss) => {
    await expectRefusal(host, { iss }, 'assertion_issuer');
  });

  it.each([
    ['in an array', ({ robot }: Issuer) => [robot.id]],
    ['in capitals', ({ robot }: Issuer) => robot.id.toUpperCase()],
    ['with a space', ({ robot }: Issuer) => `${robot.id} `],
    ["but the key's kid", ({ key }: Issuer) => key.kid],
    ['but the client_id of a secret', ({ id }: Issuer) => id],
  ])('is not the account id %s', async (_what, iss) => {
    await expectRefusal(host, { iss: iss(host) }, 'assertion_issuer');
  });
});

describe('sub', () => {
  it('may be left out, as Google does, where iss is the account id', async () => {
    await expectAccepted(host, { sub: undefined });
    await expectRefusal(host, { sub: undefined, iss: 'other' }, 'assertion_issuer');
    await expectRefusal(host, { sub: undefined, iss: undefined }, 'assertion_issuer');
  });

  it.each([null, '', 7, [], {}, ISSUER, 'other'])('is the account id, not %j', async (sub) => {
    await expectRefusal(host, { sub }, 'assertion_subject');
  });

  it('is not an array with the account id', async () => {
    await expectRefusal(host, { sub: [host.robot.id] }, 'assertion_subject');
  });
});

describe('aud', () => {
  it.each([
    ['the issuer', ISSUER],
    ['the token endpoint', TOKEN_ENDPOINT],
    ['an array with one of them', [ISSUER]],
    ['an array with one of them among others', ['https://other.test', 7, null, TOKEN_ENDPOINT]],
  ])('may be %s', async (_what, aud) => {
    await expectAccepted(host, { aud });
  });

  it.each([
    [undefined],
    [null],
    [''],
    [7],
    [true],
    [{}],
    [{ 0: ISSUER }],
    [[]],
    [[[ISSUER]]],
    [['https://other.test']],
    ['https://other.test'],
    [`${ISSUER}/`],
    [`${ISSUER} ${TOKEN_ENDPOINT}`],
    [ISSUER.toUpperCase()],
    [ISSUER.slice(0, -1)],
    [`${ISSUER}.evil.test`],
    [`${ISSUER}/.well-known/jwks.json`],
    [`${TOKEN_ENDPOINT}/`],
    [`${TOKEN_ENDPOINT}?`],
    [TOKEN_PATH],
    ['issuer.test'],
  ])('is not %j', async (aud) => {
    await expectRefusal(host, { aud }, 'assertion_audience');
  });

  it('is not what the Host header says', async () => {
    const spoofed = await assertion(host, { aud: `https://evil.test${TOKEN_PATH}` });
    await expectRefused(await byAssertion(host, spoofed).set('Host', 'evil.test'), host, 'assertion_audience');
  });

  it.each([
    ['below a mount path', {}, '/auth', `${ISSUER}/auth${TOKEN_PATH}`],
    ['below another path', { path: '/token' }, '/', `${ISSUER}/token`],
    [
      'below a mount path that the issuer ends with',
      { issuer: `${ISSUER}/auth` },
      '/auth',
      `${ISSUER}/auth${TOKEN_PATH}`,
    ],
    ['where the option tokenEndpoint says', { tokenEndpoint: 'https://edge.test/t' }, '/', 'https://edge.test/t'],
  ])('names the token endpoint %s', async (_what, options, mountPath, tokenEndpoint) => {
    const mounted = await issuer({ rateLimit: false, ...options }, (app, router) => app.use(mountPath, router));
    const ask = async (aud: string) =>
      request(mounted.app)
        .post((mountPath === '/' ? '' : mountPath) + ('path' in options ? options.path : TOKEN_PATH))
        .type('form')
        .send({ grant_type: JWT_BEARER, assertion: await assertion(mounted, { aud }) });
    expect((await ask(tokenEndpoint)).status).toBe(200);
    expect((await ask('issuer' in options ? options.issuer : ISSUER)).status).toBe(200);
    expect((await ask(TOKEN_ENDPOINT)).status).toBe(401);
    expect(mounted.events.at(-1)).toMatchObject({ reason: 'assertion_audience' });
  });

  it.each([
    ['a string', 'urn:tokens', ['urn:tokens'], [ISSUER, TOKEN_ENDPOINT, 'urn:token']],
    ['an array', ['urn:a', 'urn:b'], ['urn:a', 'urn:b', ['urn:x', 'urn:b']], [ISSUER, TOKEN_ENDPOINT]],
    ['an array that repeats the issuer', ['urn:a', ISSUER], ['urn:a', ISSUER], [TOKEN_ENDPOINT]],
  ])('is of assertion.audience in place of both, which may be %s', async (_what, audience, accepted, refused) => {
    const other = await issuer({ rateLimit: false, assertion: { audience } });
    for (const aud of accepted) await expectAccepted(other, { aud });
    for (const aud of refused) await expectRefusal(other, { aud }, 'assertion_audience');
  });

  it('of issued tokens has nothing to do with it', async () => {
    const other = await issuer({ audience: 'urn:apis' });
    await expectRefusal(other, { aud: 'urn:apis' }, 'assertion_audience');
    expect((await byAssertion(other, await assertion(other))).status).toBe(200);
  });
});

describe('exp', () => {
  it('is needed', async () => {
    await expectRefusal(host, { exp: undefined }, 'assertion_no_expiry');
  });

  it.each<[string, Clocked]>([
    ['now', (now) => ({ exp: now })],
    ['past by less than the tolerance of 30 seconds', (now) => ({ exp: now - 25 })],
    ['fractional', (now) => ({ exp: now + 10.75 })],
    ['an hour after iat', (now) => ({ iat: now, exp: now + 3600 })],
    ['an hour and the tolerance after iat', (now) => ({ iat: now, exp: now + 3630 })],
    ['an hour ahead without iat', (now) => ({ iat: undefined, exp: now + 3600 })],
    ['an hour and most of the tolerance ahead without iat', (now) => ({ iat: undefined, exp: now + 3629 })],
  ])('may be %s', async (_what, claims) => {
    await expectAccepted(host, claims);
  });

  it.each<[string, Clocked, string]>([
    ['past by more than the tolerance', (now) => ({ exp: now - 31 }), 'assertion_expired'],
    ['long past', () => ({ exp: 1 }), 'assertion_expired'],
    ['0', () => ({ exp: 0 }), 'assertion_expired'],
    ['negative', () => ({ exp: -1e9 }), 'assertion_expired'],
    ['later than an hour and the tolerance after iat', (now) => ({ iat: now, exp: now + 3631 }), 'assertion_lifetime'],
    ['soon, but long after iat', (now) => ({ iat: now - 86_400, exp: now + 60 }), 'assertion_lifetime'],
    ['far ahead without iat', (now) => ({ iat: undefined, exp: now + 3640 }), 'assertion_lifetime'],
    ['in milliseconds', (now) => ({ exp: (now + 60) * 1000 }), 'assertion_lifetime'],
    ['the largest of all numbers', () => ({ exp: Number.MAX_VALUE }), 'assertion_lifetime'],
  ])('is not %s', async (_what, claims, reason) => {
    await expectRefusal(host, claims, reason);
  });
});

describe('nbf', () => {
  it.each<[string, Clocked]>([
    ['left out', () => ({ nbf: undefined })],
    ['now', (now) => ({ nbf: now })],
    ['long past', () => ({ nbf: 0 })],
    ['ahead by less than the tolerance', (now) => ({ nbf: now + 29 })],
    ['fractional', (now) => ({ nbf: now - 0.25 })],
  ])('may be %s', async (_what, claims) => {
    await expectAccepted(host, claims);
  });

  it('is not in the future', async () => {
    await expectRefusal(host, (now) => ({ nbf: now + 40 }), 'assertion_not_yet_valid');
    await expectRefusal(host, () => ({ nbf: Number.MAX_VALUE }), 'assertion_not_yet_valid');
  });
});

describe('iat', () => {
  it.each<[string, Clocked]>([
    ['left out', () => ({ iat: undefined })],
    ['now', (now) => ({ iat: now })],
    ['ahead by less than the tolerance', (now) => ({ iat: now + 29 })],
    ['fractional', (now) => ({ iat: now - 0.25 })],
  ])('may be %s', async (_what, claims) => {
    await expectAccepted(host, claims);
  });

  it('is not in the future', async () => {
    await expectRefusal(host, (now) => ({ iat: now + 40, exp: now + 60 }), 'assertion_issued_in_future');
    await expectRefusal(host, () => ({ iat: Number.MAX_VALUE }), 'assertion_issued_in_future');
  });

  it('can not be so far back that the lifetime is no number', async () => {
    await expectRefusal(host, () => ({ iat: -Number.MAX_VALUE }), 'assertion_lifetime');
  });
});

describe('a time', () => {
  const reasons = { exp: 'no_expiry', nbf: 'not_yet_valid', iat: 'issued_in_future' };
  const names = Object.keys(reasons) as (keyof typeof reasons)[];
  const texts = ['"9"', '"0"', '""', 'null', 'true', 'false', '[]', '[9]', '{}', '1e999', '-1e999', '"2999-01-01"'];

  it.each(names.flatMap((name) => texts.map((text) => [name, text] as const)))(
    'is a finite number: %s is not %s',
    async (name, text) => {
      const { id: iss } = host.robot;
      const claims = JSON.stringify({ iss, aud: ISSUER, iat: inSeconds(0), exp: inSeconds(60), [name]: 'here' });
      const hostile = forged(host, claims.replace('"here"', text));
      await expectRefused(await byAssertion(host, hostile), host, `assertion_${reasons[name]}`);
    },
  );
});

describe('the option clockTolerance', () => {
  const around = (tolerance: number): [string, Clocked, Clocked, string][] => [
    ['exp', (now) => ({ exp: now - tolerance + 5 }), (now) => ({ exp: now - tolerance - 1 }), 'expired'],
    ['nbf', (now) => ({ nbf: now + tolerance - 1 }), (now) => ({ nbf: now + tolerance + 10 }), 'not_yet_valid'],
    ['iat', (now) => ({ iat: now + tolerance - 1 }), (now) => ({ iat: now + tolerance + 10 }), 'issued_in_future'],
    [
      'the lifetime after iat',
      (now) => ({ iat: now, exp: now + 3600 + tolerance }),
      (now) => ({ iat: now, exp: now + 3601 + tolerance }),
      'lifetime',
    ],
    [
      'the lifetime without iat',
      (now) => ({ iat: undefined, exp: now + 3599 + tolerance }),
      (now) => ({ iat: undefined, exp: now + 3610 + tolerance }),
      'lifetime',
    ],
  ];
  const tolerances = [0, 120].flatMap((seconds) => around(seconds).map((row) => [seconds, ...row] as const));

  it.each(tolerances)('of %i seconds holds for %s', async (clockTolerance, _what, accepted, refused, reason) => {
    const other = await issuer({ assertion: { clockTolerance, maxLifetime: 3600 } });
    await expectAccepted(other, (now) => ({ exp: now + 200, ...accepted(now) }));
    await expectRefusal(other, (now) => ({ exp: now + 200, ...refused(now) }), `assertion_${reason}`);
  });
});

describe('the option maxLifetime', () => {
  it.each([60, 86_400])('of %i seconds is the longest lifetime', async (maxLifetime) => {
    const other = await issuer({ assertion: { maxLifetime, clockTolerance: 0 } });
    await expectAccepted(other, (now) => ({ iat: now, exp: now + maxLifetime }));
    await expectRefusal(other, (now) => ({ iat: now, exp: now + maxLifetime + 1 }), 'assertion_lifetime');
    await expectRefusal(other, (now) => ({ iat: undefined, exp: now + maxLifetime + 10 }), 'assertion_lifetime');
  });
});

describe('scope', () => {
  const ask = async (claim: unknown, scope?: string) =>
    byAssertion(host, await assertion(host, { scope: claim }), scope === undefined ? {} : { scope });

  it.each([
    ['nothing is asked for', undefined, undefined, 'reports:read reports:write'],
    ['the claim asks, as Google sends it', 'reports:read', undefined, 'reports:read'],
    ['the claim asks for all', 'reports:write reports:read', undefined, 'reports:write reports:read'],
    ['the parameter asks', undefined, 'reports:write', 'reports:write'],
    ['the parameter asks for a part of the claim', 'reports:read reports:write', 'reports:write', 'reports:write'],
    ['both ask for the same', 'reports:read', 'reports:read', 'reports:read'],
    ['the parameter is empty, which is left out', 'reports:read', '', 'reports:read'],
  ])('is granted where %s', async (_what, claim, parameter, granted) => {
    const { body } = await ask(claim, parameter);
    expect(body.scope).toBe(granted);
    expect((await verified(host.app, body.access_token)).payload.scope).toBe(granted);
    expect(host.events.at(-1)).toMatchObject({ type: 'token.issued', scopes: granted.split(' ') });
  });

  it.each([
    ['the claim asks for more than the account has', 'reports:read admin', undefined, 'scope_not_allowed'],
    ['the parameter asks for more than the claim', 'reports:read', 'reports:write', 'scope_not_allowed'],
    ['the parameter asks for more than the account has', 'reports:read', 'admin', 'scope_not_allowed'],
    ['the claim is malformed', 'reports:read  reports:write', undefined, 'scope_malformed'],
    ['the claim is no string', ['reports:read'], undefined, 'scope_malformed'],
    ['the claim is a number', 7, 'reports:read', 'scope_malformed'],
  ])('is 400 invalid_scope where %s', async (_what, claim, parameter, reason) => {
    const answer = await ask(claim, parameter);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 3, error: 'invalid_scope' });
    expect(answer.body.details[1].fieldViolations).toMatchObject([{ field: 'scope' }]);
    expect(host.events.at(-1)).toMatchObject({ type: 'token.denied', error: 'invalid_scope', reason });
  });
});
