import express, { type RequestHandler } from 'express';
import { Passport } from 'passport';
import request from 'supertest';
import { TokenError } from '../../lib/errors/token-error.js';
import type { TokenEvent } from '../../lib/host/events.js';
import { AccessTokenStrategy } from '../../lib/strategies/access-token.js';
import { issuer, keyStoreOf, storeThat, TestKey } from '../support/tokens.js';

describe('AccessTokenStrategy', () => {
  const key = new TestKey();
  const authenticated = (options: Partial<ConstructorParameters<typeof AccessTokenStrategy>[0]> = {}) => {
    const passport = new Passport();
    passport.use(new AccessTokenStrategy({ issuer, keyStore: keyStoreOf(key), ...options } as never));
    return passport;
  };
  const appWith = (guard: RequestHandler) => express().use(guard, (req, res) => void res.json(req.user));
  const app = appWith(authenticated().authenticate('access-token', { session: false }) as RequestHandler);
  const get = (to: express.Express, token: string) => request(to).get('/').set('Authorization', `Bearer ${token}`);

  it('is named access-token', () => {
    expect(new AccessTokenStrategy({ issuer, keyStore: keyStoreOf(key) }).name).toBe('access-token');
  });

  it('takes the options of requireAccessToken, and throws for others', () => {
    const wrong = { issuer, keyStore: keyStoreOf(key), scope: 'a' };
    expect(() => new AccessTokenStrategy(wrong)).toThrow(/^AccessTokenStrategy: option 'scope'/);
  });

  it('leaves the verified token as req.user', async () => {
    const token = await key.token({ scope: 'a' });
    const { body } = await get(app, token).expect(200);
    expect(body).toEqual({
      header: key.header(),
      payload: expect.objectContaining({ sub: 'robot', scope: 'a' }),
      token,
    });
  });

  it('keeps requests apart that come at once', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `robot-${index}`);
    const answers = await Promise.all(names.map(async (sub) => get(app, await key.token({ sub }))));
    expect(answers.map(({ body }) => body.payload.sub)).toEqual(names);
  });

  it('fails with 401 and a challenge', async () => {
    const missing = await request(app).get('/').expect(401);
    expect(missing.headers['www-authenticate']).toBe(`Bearer realm="${issuer}"`);
    const wrong = await get(app, 'nonsense').expect(401);
    expect(wrong.headers['www-authenticate']).toContain('error="invalid_token"');
  });

  it('fails with 403 and a challenge for a missing scope', async () => {
    const outcome = await reported(authenticated({ scopes: ['a', 'b'] }), await key.token({ scope: 'a' }));
    expect(outcome).toEqual([
      null,
      false,
      expect.stringMatching(/^Bearer .*error="insufficient_scope".*scope="a b"$/),
      403,
    ]);
  });

  it.each([
    [503, () => new Promise(() => undefined)],
    [500, () => Promise.reject(new Error('secret detail'))],
    [500, () => Promise.reject(undefined)],
  ])('reports an outage (%i) with error', async (status, publicKeys) => {
    const keyStore = storeThat(publicKeys);
    const [error] = await reported(authenticated({ keyStore, storeTimeout: 30 }), await key.token());
    expect(error).toBeInstanceOf(TokenError);
    expect(error).toMatchObject({ status });
    expect((error as Error).message).not.toContain('secret');
  });

  it('hands what a callback throws to the host, as an error', async () => {
    const passport = authenticated();
    const calls: unknown[] = [];
    const guard: RequestHandler = (req, res, next) => {
      const done = (error: unknown) => {
        calls.push(error);
        if (error) next(error);
        else throw new Error('of the host');
      };
      (passport.authenticate('access-token', done) as RequestHandler)(req, res, next);
    };
    await get(appWith(guard), await key.token()).expect(500);
    expect(calls).toEqual([null, new Error('of the host')]);
  });

  it('tells of each request that it refused, once', async () => {
    const events: TokenEvent[] = [];
    const passport = authenticated({ onEvent: (event) => void events.push(event) });
    const guarded = appWith(passport.authenticate('access-token', { session: false }) as RequestHandler);
    await get(guarded, await key.token()).expect(200);
    await get(guarded, await key.token({ aud: 'other' })).expect(401);
    expect(events).toMatchObject([{ type: 'token.denied', status: 401, reason: 'token_audience', accountId: 'robot' }]);
  });

  /** What a callback of passport's is told. */
  async function reported(passport: ReturnType<typeof authenticated>, token: string): Promise<unknown[]> {
    let told: unknown[] = [];
    const guard: RequestHandler = (req, res, next) => {
      const done = (...outcome: unknown[]) => {
        told = outcome;
        res.end();
      };
      void (passport.authenticate('access-token', done) as RequestHandler)(req, res, next);
    };
    await get(appWith(guard), token);
    return told;
  }
});
