import express, { type Request } from 'express';
import { requireAccessToken } from 'frontier-token';
import request from 'supertest';
import type { TokenEvent } from '../../lib/host/events.js';
import { inSeconds, issuer, keyStoreOf, storeThat, TestKey } from '../support/tokens.js';

describe('a guard tells of each request that it refused', () => {
  const key = new TestKey();
  let events: TokenEvent[] = [];
  const onEvent = (event: TokenEvent) => void events.push(event);
  const options = { issuer, keyStore: keyStoreOf(key), scopes: ['a'], onEvent };
  const get = async (token?: string, changes: object = {}) => {
    const app = express().set('trust proxy', true);
    app.use(requireAccessToken({ ...options, ...changes }), (_req, res) => void res.sendStatus(200));
    const asked = request(app).get('/').set('X-Forwarded-For', '203.0.113.7');
    return token === undefined ? asked : asked.set('Authorization', `Bearer ${token}`);
  };
  beforeEach(() => {
    events = [];
  });

  it('once, with what was answered and why', async () => {
    await get();
    expect(events).toEqual([
      {
        type: 'token.denied',
        time: expect.any(Date),
        durationMs: expect.any(Number),
        ip: '203.0.113.7',
        status: 401,
        error: 'invalid_token',
        reason: 'token_missing',
      },
    ]);
  });

  it('with whom the token is about, where it was signed by the issuer', async () => {
    const about = { accountId: 'robot', credentialId: 'client-1', jti: 'jti-1' };
    await get(await key.token());
    await get(await key.token({ aud: 'other' }));
    await get(await key.token({ exp: inSeconds(-60) }));
    await get(await key.token({ exp: undefined }));
    await get(await key.token({ nbf: inSeconds(60) }));
    expect(events).toMatchObject([
      { type: 'token.denied', status: 403, error: 'insufficient_scope', reason: 'scope_missing', ...about },
      { type: 'token.denied', status: 401, error: 'invalid_token', reason: 'token_audience', ...about },
      { type: 'token.denied', status: 401, error: 'invalid_token', reason: 'token_expired', ...about },
      { type: 'token.denied', status: 401, error: 'invalid_token', reason: 'token_no_expiry', ...about },
      { type: 'token.denied', status: 401, error: 'invalid_token', reason: 'token_not_yet_valid', ...about },
    ]);
  });

  it('without claims of another type than they should have', async () => {
    await get(key.forge({ payload: JSON.stringify({ ...key.claims(), sub: 7, client_id: ['a'], exp: 1 }) }));
    expect(events).toMatchObject([{ reason: 'token_expired', jti: 'jti-1' }]);
    expect(Object.keys(events[0]!)).not.toContain('accountId');
    expect(Object.keys(events[0]!)).not.toContain('credentialId');
  });

  it('with nothing of a token that was not', async () => {
    const stranger = new TestKey(key.kid);
    await get(await stranger.token({ exp: inSeconds(-60) }));
    await get(await stranger.token({ exp: 'never' }));
    await get(await key.token({}, { kid: 'other' }));
    await get(key.forge({ header: JSON.stringify({ ...key.header(), crit: ['x'] }) }));
    for (const event of events) {
      expect(Object.keys(event).sort()).toEqual(['durationMs', 'error', 'ip', 'reason', 'status', 'time', 'type']);
    }
    expect(events).toHaveLength(4);
  });

  it('with what a key store threw', async () => {
    const cause = new Error('disk on fire');
    await get(await key.token(), { keyStore: storeThat(() => Promise.reject(cause)) });
    expect(events).toMatchObject([{ type: 'token.failed', status: 500, reason: 'key_store_failed', cause }]);
  });

  it('with texts cut at 256 characters', async () => {
    const long = 'x'.repeat(1000);
    await get(await key.token({ sub: long, client_id: long, jti: long }));
    const cut = 'x'.repeat(256);
    expect(events).toMatchObject([{ accountId: cut, credentialId: cut, jti: cut }]);
  });

  it('and never with the token', async () => {
    const token = await key.token();
    await get(token);
    expect(JSON.stringify(events)).not.toContain(token.split('.')[2]);
  });

  it('after it was answered', async () => {
    const app = express();
    const sent: boolean[] = [];
    let req: Request;
    app.use((request_, _res, next) => {
      req = request_;
      next();
    });
    app.use(requireAccessToken({ ...options, onEvent: () => void sent.push(req.res?.headersSent === true) }));
    await request(app).get('/').expect(401);
    expect(sent).toEqual([true]);
  });

  it('and of none that passed', async () => {
    expect((await get(await key.token({ scope: 'a' }))).status).toBe(200);
    expect(events).toEqual([]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('of the listener');
      },
    ],
    ['rejects', () => Promise.reject(new Error('of the listener'))],
    ['hangs', () => new Promise<void>(() => undefined)],
  ])('to a listener that %s without harm', async (_what, listener) => {
    expect((await get(undefined, { onEvent: listener })).status).toBe(401);
  });
});
