import request from 'supertest';
import { assertion, byAssertion, bySecret, issuer, TOKEN_PATH, verified, type Issuer } from '../support/issuer.js';

let host: Issuer;
beforeAll(async () => (host = await issuer()));

/** The scope of the answer, which is the token's; the OAuth error where there is none. */
async function outcome(asked: request.Test): Promise<unknown> {
  const { status, body } = await asked;
  if (status !== 200) {
    expect([status, body.details[1].fieldViolations]).toEqual([
      400,
      [{ field: 'scope', description: body.error_description }],
    ]);
    return body.error;
  }
  const { payload } = await verified(host.app, body.access_token);
  expect(payload.scope).toBe(body.scope);
  return body.scope;
}

const both = 'reports:read reports:write';

/** What the parameter does, by either grant. */
const rows: [string, string, string][] = [
  ['left empty', '', both],
  ['one of the account', 'reports:read', 'reports:read'],
  ['all of the account', both, both],
  ['all of the account in another order', 'reports:write reports:read', 'reports:write reports:read'],
  ['one twice', 'reports:read reports:read', 'reports:read'],
  ['one twice, around another', 'reports:write reports:read reports:write', 'reports:write reports:read'],
  ['another than the account has', 'admin', 'invalid_scope'],
  ['one of the account and another', 'reports:read admin', 'invalid_scope'],
  ['the start of one', 'reports', 'invalid_scope'],
  ['one in another case', 'REPORTS:READ', 'invalid_scope'],
  ['a space', ' ', 'invalid_scope'],
  ['a space at the start', ' reports:read', 'invalid_scope'],
  ['a space at the end', 'reports:read ', 'invalid_scope'],
  ['two spaces', 'reports:read  reports:write', 'invalid_scope'],
  ['a comma', 'reports:read,reports:write', 'invalid_scope'],
  ['a tab', 'reports:read\treports:write', 'invalid_scope'],
  ['a line break', 'reports:read\nreports:write', 'invalid_scope'],
  ['a quote', '"reports:read"', 'invalid_scope'],
  ['a backslash', 'reports\\read', 'invalid_scope'],
  ['what is not ASCII', 'reports:läsen', 'invalid_scope'],
  ['a name that every object has', '__proto__ constructor', 'invalid_scope'],
];

describe('the scope parameter', () => {
  it('left out gives all scopes of the account', async () => {
    expect(await outcome(bySecret(host))).toBe(both);
    expect(await outcome(byAssertion(host, await assertion(host)))).toBe(both);
  });

  it.each(rows)('as %s (%j) gives: %s', async (_what, scope, expected) => {
    expect(await outcome(bySecret(host, { scope }))).toBe(expected);
    expect(await outcome(byAssertion(host, await assertion(host), { scope }))).toBe(expected);
    const { id: client_id, secret: client_secret } = host;
    const json = { grant_type: 'client_credentials', client_id, client_secret, scope };
    expect(await outcome(request(host.app).post(TOKEN_PATH).send(json))).toBe(expected);
  });

  it('is bound by the account as it is now', async () => {
    await host.store.updateAccount(host.robot.id, { scopes: ['bills:read'] });
    expect(await outcome(bySecret(host))).toBe('bills:read');
    expect(await outcome(bySecret(host, { scope: 'reports:read' }))).toBe('invalid_scope');
    await host.store.updateAccount(host.robot.id, { scopes: both.split(' ') });
  });

  it('never tells whether a secret is right', async () => {
    const wrong = { ...host, secret: 'wrong' };
    await bySecret(wrong, { scope: 'admin' }).expect(401);
    await bySecret(wrong, { scope: ' ' }).expect(401);
  });
});

describe("an assertion's scope claim", () => {
  const ask = async (claim: unknown, more: object = {}) =>
    outcome(byAssertion(host, await assertion(host, { scope: claim }), more));

  it.each(rows)('alone, as %s (%j), gives: %s', async (_what, claim, expected) => {
    expect(await ask(claim)).toBe(expected);
    expect(await ask(claim, { scope: '' })).toBe(expected);
  });

  it.each([
    ['the same', 'reports:read', 'reports:read', 'reports:read'],
    ['a part of it', both, 'reports:write', 'reports:write'],
    ['more than it', 'reports:read', both, 'invalid_scope'],
    ['another of the account', 'reports:read', 'reports:write', 'invalid_scope'],
    ['another than the account has', both, 'admin', 'invalid_scope'],
    ['malformed', both, ' reports:read', 'invalid_scope'],
  ])('with a scope parameter that is %s (%j, %j) gives: %s', async (_what, claim, scope, expected) => {
    expect(await ask(claim, { scope })).toBe(expected);
  });

  it.each([
    ['an array', ['reports:read']],
    ['a number', 1],
    ['true', true],
    ['an object', { 'reports:read': true }],
  ])('that is no string but %s is 400', async (_what, claim) => {
    expect(await ask(claim)).toBe('invalid_scope');
    expect(await ask(claim, { scope: 'reports:read' })).toBe('invalid_scope');
  });

  it('bounds an assertion in a Bearer header too', async () => {
    const header = `Bearer ${await assertion(host, { scope: 'reports:read' })}`;
    const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' };
    const asked = request(host.app).post(TOKEN_PATH).type('form').set('Authorization', header).send(form);
    expect(await outcome(asked)).toBe('reports:read');
  });
});

describe('an account without scopes', () => {
  let bare: Pick<Issuer, 'app' | 'id' | 'secret' | 'key'>;
  beforeAll(async () => {
    const { id } = await host.accounts.create();
    const { clientId, clientSecret } = await host.accounts.createSecret(id);
    const key = await host.accounts.createKey(id, { alg: 'ES256' });
    bare = { app: host.app, id: clientId, secret: clientSecret, key };
  });

  it('gets an answer and a token without a scope member', async () => {
    for (const asked of [bySecret(bare), byAssertion(bare, await assertion(bare))]) {
      const { body } = await asked.expect(200);
      expect(body).not.toHaveProperty('scope');
      expect((await verified(host.app, body.access_token)).payload).not.toHaveProperty('scope');
    }
  });

  it.each(['reports:read', 'undefined'])('can not ask for one (%s)', async (scope) => {
    expect(await outcome(bySecret(bare, { scope }))).toBe('invalid_scope');
    expect(await outcome(byAssertion(bare, await assertion(bare, { scope })))).toBe('invalid_scope');
  });
});
