import { decodeJwt, decodeProtectedHeader } from 'jose';
import request from 'supertest';
import { assertion, byAssertion, bySecret, ISSUER, issuer, TOKEN_PATH, type Issuer } from '../support/issuer.js';

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

describe.each([
  ['that is not named', {}],
  ['standard', { profile: 'standard' as const }],
])('the profile %s', (_name, options) => {
  let host: Issuer;
  beforeAll(async () => (host = await issuer({ rateLimit: false, ...options })));
  const bare = () => request(host.app).post(TOKEN_PATH);

  it.each<[string, () => PromiseLike<request.Response>]>([
    ['Basic', () => bare().auth(host.id, host.secret)],
    ['Bearer', async () => bare().set('Authorization', `Bearer ${await assertion(host)}`)],
  ])('takes no grant_type from a %s header', async (_scheme, ask) => {
    const answer = await ask();
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 3, error: 'invalid_request' });
    expect(answer.body.details[1].fieldViolations).toMatchObject([{ field: 'grant_type' }]);
    expect(host.events.at(-1)).toMatchObject({ type: 'token.denied', reason: 'grant_type_missing' });
  });

  it('takes assertions in a Bearer header where grant_type names them', async () => {
    const answer = await byAssertion(host, '').set('Authorization', `Bearer ${await assertion(host)}`);
    expect(answer.status).toBe(200);
  });

  it.each<[string, (now: number) => Record<string, unknown>, string]>([
    ['without aud', () => ({ aud: undefined }), 'assertion_audience'],
    ['without iss', () => ({ iss: undefined }), 'assertion_issuer'],
    ['with any iss', () => ({ iss: 'https://frontier.example.com' }), 'assertion_issuer'],
    ['with any sub', () => ({ sub: 'somebody else' }), 'assertion_subject'],
    ['with neither iss nor sub', () => ({ iss: undefined, sub: undefined }), 'assertion_issuer'],
    ['of a long life', (now) => ({ iat: now, exp: now + 86_400 }), 'assertion_lifetime'],
    ['of a long life without iat', (now) => ({ iat: undefined, exp: now + 86_400 }), 'assertion_lifetime'],
    ['with a jti that is no string', () => ({ jti: 7 }), 'assertion_jti_malformed'],
    ['without exp', () => ({ exp: undefined }), 'assertion_no_expiry'],
  ])('refuses an assertion %s', async (_what, claims, reason) => {
    const answer = await byAssertion(host, await assertion(host, claims(inSeconds(0))));
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe(`Bearer realm="${ISSUER}"`);
    expect(answer.body).toMatchObject({ error: 'invalid_grant', message: 'the assertion was not accepted' });
    expect(host.events.at(-1)).toMatchObject({ type: 'token.denied', reason });
  });

  it('refuses an assertion that was used', async () => {
    const signed = await assertion(host);
    expect((await byAssertion(host, signed)).status).toBe(200);
    expect((await byAssertion(host, signed)).status).toBe(401);
    expect(host.events.at(-1)).toMatchObject({ reason: 'assertion_replayed' });
  });

  it('takes the kid from the payload too', async () => {
    const signed = await assertion(host, { kid: host.key.kid }, { kid: undefined });
    expect((await byAssertion(host, signed)).status).toBe(200);
  });

  it('issues nothing of Frontier', async () => {
    const { id } = await host.accounts.create({ orgId: 'org-1' });
    const { clientId, clientSecret } = await host.accounts.createSecret(id);
    const answer = await bySecret({ app: host.app, id: clientId, secret: clientSecret });
    expect(answer.headers).not.toHaveProperty('x-user-token');
    expect(decodeProtectedHeader(answer.body.access_token).typ).toBe('at+jwt');
    const names = Object.keys(decodeJwt(answer.body.access_token)).sort();
    expect(names).toEqual(['aud', 'client_id', 'exp', 'iat', 'iss', 'jti', 'nbf', 'sub']);
  });
});
