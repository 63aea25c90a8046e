import { randomBytes } from 'node:crypto';
import express from 'express';
import { requireAccessToken } from 'frontier-token';
import request from 'supertest';
import { StoreUnavailableError } from '../../lib/errors/store-errors.js';
import type { TokenEvent } from '../../lib/host/events.js';
import type { KeyStore } from '../../lib/keys/contract.js';
import { issuer, storeThat, TestKey } from '../support/tokens.js';

describe('a key store in the same process', () => {
  const key = new TestKey();
  const events: TokenEvent[] = [];
  const ask = async (keyStore: KeyStore, token?: string) => {
    const onEvent = (event: TokenEvent) => void events.push(event);
    const guard = requireAccessToken({ issuer, keyStore, storeTimeout: 50, onEvent });
    const app = express().use(guard, (_req, res) => void res.sendStatus(200));
    return request(app)
      .get('/')
      .set('Authorization', `Bearer ${token ?? (await key.token())}`);
  };

  it.each([
    [
      'throws',
      () => {
        throw new Error('secret detail');
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret detail'))],
    ['rejects with undefined', () => Promise.reject(undefined)],
    [
      'rejects with a status of its own',
      () => Promise.reject(Object.assign(new Error('secret detail'), { status: 401 })),
    ],
    ['resolves to undefined', async () => undefined],
    ['resolves to null', async () => null],
    ['resolves to a JWKS', async () => ({ keys: [key.publicJwk] })],
    ['resolves to a text', async () => 'secret detail'],
  ])('that %s is 500, and tells the client nothing', async (_what, publicKeys) => {
    const answer = await ask(storeThat(publicKeys));
    expect(answer.status).toBe(500);
    expect(answer.body).toMatchObject({ code: 13, error: 'server_error', message: 'internal error' });
    expect(answer.headers).not.toHaveProperty('www-authenticate');
    expect(answer.text).not.toContain('secret');
    expect(events.at(-1)).toMatchObject({ type: 'token.failed', reason: expect.stringMatching(/^key_store_/) });
  });

  it('that is unavailable is 503 with Retry-After', async () => {
    const cause = new StoreUnavailableError('secret detail');
    const answer = await ask(storeThat(() => Promise.reject(cause)));
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.text).not.toContain('secret');
    expect(events.at(-1)).toMatchObject({ type: 'token.failed', reason: 'key_store_unavailable', cause });
  });

  it('that does not answer in storeTimeout is 503 with Retry-After', async () => {
    const answer = await ask(storeThat(() => new Promise(() => undefined)));
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(events.at(-1)).toMatchObject({ type: 'token.failed', reason: 'key_store_timeout' });
  });

  it('is not asked for a token that could not be valid', async () => {
    const publicKeys = jest.fn(async () => [key.publicJwk]);
    await ask(storeThat(publicKeys), 'nonsense');
    await ask(storeThat(publicKeys), await key.token({}, { typ: 'JWT' }));
    await ask(storeThat(publicKeys), await key.token({}, { kid: undefined }));
    expect(publicKeys).not.toHaveBeenCalled();
  });

  it('may hold keys that can not be used, which are passed over (RFC 7517 §5)', async () => {
    const { kid, publicJwk } = key;
    const unusable: unknown[] = [
      undefined,
      null,
      'text',
      [],
      {},
      { kid },
      { kid, kty: 'oct', k: randomBytes(32).toString('base64url') },
      { kid, kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' },
      { kid, kty: 'EC', crv: 'P-256', x: 7n },
      { kid, kty: 'quantum' },
      { ...publicJwk, use: 'enc' },
      { ...publicJwk, alg: 'RS256' },
    ];
    expect((await ask(storeThat(async () => [...unusable, publicJwk]))).status).toBe(200);
    expect((await ask(storeThat(async () => unusable))).status).toBe(401);
  });

  it('is asked for each token: a key that it drops or replaces is refused at once', async () => {
    let keys = [key.publicJwk];
    const app = express().use(
      requireAccessToken({ issuer, keyStore: storeThat(async () => keys) }),
      (_req, res) => void res.sendStatus(200),
    );
    const token = await key.token();
    const status = async () => (await request(app).get('/').set('Authorization', `Bearer ${token}`)).status;
    expect(await status()).toBe(200);
    keys = [new TestKey(key.kid).publicJwk];
    expect(await status()).toBe(401);
    keys = [];
    expect(await status()).toBe(401);
    keys = [key.publicJwk];
    expect(await status()).toBe(200);
  });

  it('keeps its this', async () => {
    class Keys implements KeyStore {
      private readonly keys = [key.publicJwk];
      signingKey = () => Promise.reject(new Error('not asked'));
      async publicKeys() {
        return this.keys;
      }
    }
    expect((await ask(new Keys())).status).toBe(200);
  });
});
