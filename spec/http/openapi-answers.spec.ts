import type { Response } from 'express';
import { openApiDocument } from 'frontier-token';
import request from 'supertest';
import { bySecret, issuer, ISSUER, TOKEN_PATH } from '../support/issuer.js';
import { describedBy, type Answer } from '../support/openapi/described.js';
import { watched } from '../support/openapi/watched.js';

const JWKS = '/.well-known/jwks.json';

type WriteHead = (status: number, headers: object) => unknown;
/** Sends another head than the route does. */
const spoil = (res: Response, head: (status: number, headers: object) => [number, object]) => {
  const { writeHead } = res as unknown as { writeHead: WriteHead };
  Object.assign(res, {
    writeHead: (status: number, headers: object) => writeHead.call(res, ...head(status, headers)),
  });
};

describe('every answer in these specs', () => {
  it('is held against the document of its router, if it is an answer of its routes', async () => {
    const host = await issuer({}, (app, router) => {
      app.use('/auth', router).get('/auth/other', (_req, res) => void res.json(1));
    });
    const before = watched.answers;
    await request(host.app).post(`/auth${TOKEN_PATH}`).expect(400);
    await request(host.app).get(`/auth${JWKS}`).expect(200);
    await request(host.app).head(`/auth${JWKS}`).expect(200);
    await request(host.app).put(`/auth${JWKS}/`).expect(405);
    await request(host.app).get('/auth/other').expect(200);
    expect(watched.answers - before).toBe(4);
  });

  it.each<[string, Parameters<typeof spoil>[1], RegExp]>([
    ['a header', (status, headers) => [status, { ...headers, 'Cache-Control': 'public' }], /200: Cache-Control: /],
    ['the status', (_status, headers) => [202, headers], /202: the status is not documented/],
  ])('makes its spec fail where it is not as documented: %s', async (_what, head, fault) => {
    const host = await issuer({}, (app, router) => app.use((_req, res, next) => next(spoil(res, head)), router));
    await bySecret(host);
    expect(watched.faults.splice(0)).toEqual([expect.stringMatching(fault)]);
  });
});

describe('what the document refuses', () => {
  const faultsOf = describedBy(openApiDocument({ issuer: ISSUER }));
  const kept = { 'cache-control': 'public, max-age=300', etag: '"a"' };
  const json = { 'content-type': 'application/json; charset=utf-8' };
  const noStore = { ...json, 'cache-control': 'no-store', pragma: 'no-cache' };
  const answer = (method: string, path: string, status: number, headers: object, body: object | '' = ''): Answer => ({
    ...{ method, path, status, headers: headers as Answer['headers'] },
    body: body === '' ? '' : JSON.stringify(body),
  });

  const token = { access_token: 'a.b.c', token_type: 'Bearer', expires_in: 60 };
  const issued = (change: object = {}, headers: object = {}) =>
    answer('POST', TOKEN_PATH, 200, { ...noStore, ...headers }, { ...token, ...change });
  const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'SLOW_DOWN', domain: 'issuer.test' };
  const words = 'too many failed attempts';
  const slow = { code: 8, message: words, details: [info], error: 'slow_down', error_description: words };
  const refused = (change: object = {}, headers: object = {}) =>
    answer('POST', TOKEN_PATH, 429, { ...noStore, 'retry-after': '5', ...headers }, { ...slow, ...change });
  const key = { kid: 'a', use: 'sig', kty: 'EC', crv: 'P-256', x: 'x', y: 'y', alg: 'ES256' };
  const keys = (change: object = {}) =>
    answer('GET', JWKS, 200, { ...json, ...kept }, { keys: [{ ...key, ...change }] });

  it('is no right answer', () => {
    const rsa = { crv: undefined, x: undefined, y: undefined, kty: 'RSA', alg: undefined, n: 'n', e: 'AQAB' };
    const right = [issued(), issued({ scope: 'a b' }), refused(), keys(), keys(rsa), answer('GET', JWKS, 304, kept)];
    expect(right.map(faultsOf)).toEqual(right.map(() => []));
  });

  it.each<[string, Answer]>([
    ['a token that is no JWT', issued({ access_token: 'opaque' })],
    ['a token response with another member', issued({ refresh_token: 'a' })],
    ['a token response without its lifetime', issued({ expires_in: undefined })],
    ['an empty scope', issued({ scope: '' })],
    ['a token that may be kept', issued({}, { 'cache-control': undefined })],
    ["the frontier profile's header", issued({}, { 'x-user-token': 'a.b.c' })],
    ['another media type', issued({}, { 'content-type': 'text/html; charset=utf-8' })],
    ['an error with another member', refused({ stack: 'a' })],
    ["an error with another row's code", refused({ code: 3 })],
    ["an error of another row's name", refused({ error: 'invalid_client' })],
    ['an error without details', refused({ details: [] })],
    ['an error of another domain', refused({ details: [{ ...info, domain: 'other.test' }] })],
    ['an error that names a field where it is none of the request', refused({ details: [info, info] })],
    ['an error without its Retry-After', refused({}, { 'retry-after': undefined })],
    ['an error whose Retry-After is no number', refused({}, { 'retry-after': 'soon' })],
    ['an error with a challenge that is not for it', refused({}, { 'www-authenticate': 'Basic' })],
    ['a private member of a key', keys({ d: 'd' })],
    ['a key without a kid', keys({ kid: undefined })],
    ['an EC key without its alg', keys({ alg: undefined })],
    ['an algorithm of another kind of key', keys({ alg: 'RS256' })],
    ['a body where there should be none', answer('HEAD', JWKS, 200, { ...json, ...kept }, { keys: [] })],
    ['a 304 without its ETag', answer('GET', JWKS, 304, { 'cache-control': kept['cache-control'] })],
    ['a status that the route does not have', answer('GET', JWKS, 404, noStore, slow)],
    ['another method', answer('PUT', TOKEN_PATH, 200, noStore, token)],
    ['another path', answer('POST', '/token', 200, noStore, token)],
  ])('%s', (_what, wrong) => {
    expect(faultsOf(wrong)).not.toEqual([]);
  });
});
