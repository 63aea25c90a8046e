import { randomUUID } from 'node:crypto';
import {
  InvalidClientError,
  StoreUnavailableError,
  type AttemptLimiter,
  type FrontierTokenOptions,
} from 'frontier-token';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import request, { type Response } from 'supertest';
import { attemptGuard } from '../../lib/endpoint/attempts.js';
import { memoryCounter } from '../../lib/endpoint/failure-counters.js';
import { routerSettings } from '../../lib/endpoint/settings.js';
import { bytesInUse } from '../support/heap.js';
import { assertion, byAssertion, bySecret, issuer, ISSUER, TOKEN_PATH, type Issuer } from '../support/issuer.js';

const wrongly = (issued: Issuer, more: object = {}) => bySecret(issued, { client_secret: 'wrong', ...more });

async function times<T>(count: number, run: () => PromiseLike<T>): Promise<T[]> {
  const answers: T[] = [];
  for (let done = 0; done < count; done += 1) answers.push(await run());
  return answers;
}

/** An issuer that takes three failures. */
const withThree = (options: Partial<FrontierTokenOptions> = {}) => issuer({ rateLimit: { failures: 3 }, ...options });

const basic = (issued: Issuer, id: string, secret: string) =>
  request(issued.app)
    .post(TOKEN_PATH)
    .set('Authorization', `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`)
    .send({ grant_type: 'client_credentials' });

describe('guesses', () => {
  it('are limited to 30 a minute by default: then the right secret gets 429 too', async () => {
    const issued = await issuer();
    const failures = await times(30, () => wrongly(issued));
    expect(failures.map(({ status }) => status)).toEqual(Array<number>(30).fill(401));
    const { body, headers } = await bySecret(issued).expect(429);
    expect(body).toEqual({
      code: 8,
      message: 'too many failed attempts',
      details: [
        { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'SLOW_DOWN', domain: new URL(ISSUER).hostname },
      ],
      error: 'slow_down',
      error_description: 'too many failed attempts',
    });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(headers).not.toHaveProperty('www-authenticate');
    expect(issued.events.at(-1)).toMatchObject({ status: 429, reason: 'too_many_attempts', credentialId: issued.id });
  });

  it('have a budget of { failures, seconds }, after which it works again', async () => {
    const issued = await issuer({ rateLimit: { failures: 2, seconds: 2 } });
    await times(2, () => wrongly(issued).expect(401));
    const { headers } = await bySecret(issued).expect(429);
    expect(headers['retry-after']).toMatch(/^[12]$/);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    await bySecret(issued).expect(200);
    await wrongly(issued).expect(401);
  });

  it('are not limited with rateLimit: false', async () => {
    const issued = await issuer({ rateLimit: false });
    await times(35, () => wrongly(issued).expect(401));
    await bySecret(issued).expect(200);
  });

  it('are answered as any wrong one until the budget is spent, and with 429 after', async () => {
    const issued = await withThree();
    const answers = await times(5, () => wrongly(issued));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 429, 429]);
  });

  it('at an id that does not exist are limited as well', async () => {
    const issued = await withThree();
    await times(3, () => wrongly(issued, { client_id: 'nobody' }).expect(401));
    await wrongly(issued, { client_id: 'nobody' }).expect(429);
    await bySecret(issued).expect(200);
  });

  it('at one id leave other ids alone', async () => {
    const issued = await withThree();
    const { clientId, clientSecret } = await issued.accounts.createSecret(issued.robot.id);
    await times(4, () => wrongly(issued));
    await bySecret({ ...issued, id: clientId, secret: clientSecret }).expect(200);
    await byAssertion(issued, await assertion(issued)).expect(200);
    await bySecret(issued).expect(429);
  });

  it('from one IP leave other IPs alone', async () => {
    const issued = await withThree();
    issued.app.set('trust proxy', true);
    await times(4, () => wrongly(issued).set('X-Forwarded-For', '203.0.113.1'));
    await bySecret(issued).set('X-Forwarded-For', '203.0.113.1').expect(429);
    await bySecret(issued).set('X-Forwarded-For', '203.0.113.2').expect(200);
    await bySecret(issued).expect(200);
  });

  it('with an X-Forwarded-For that the host does not trust count for the IP they came from', async () => {
    const issued = await withThree();
    let last = 0;
    await times(3, () => wrongly(issued).set('X-Forwarded-For', `203.0.113.${(last += 1)}`));
    await bySecret(issued).set('X-Forwarded-For', '203.0.113.99').expect(429);
  });

  it('at a key id are limited likewise', async () => {
    const issued = await withThree();
    const forged = async () => byAssertion(issued, await assertion(issued, { aud: 'elsewhere' }));
    const answers = await times(4, forged);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 429]);
    const { headers } = await byAssertion(issued, await assertion(issued)).expect(429);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    await byAssertion(issued, await assertion(issued, {}, { kid: 'other' })).expect(401);
    await bySecret(issued).expect(200);
  });

  it('share one budget in whatever encoding the id is', async () => {
    const issued = await withThree();
    const encoded = issued.id.replace(/^./, (first) => `%${first.charCodeAt(0).toString(16)}`);
    await basic(issued, encoded, 'wrong').expect(401);
    await basic(issued, issued.id, 'wrong').expect(401);
    await wrongly(issued).expect(401);
    await basic(issued, encoded, issued.secret).expect(429);
    await basic(issued, issued.id, issued.secret).expect(429);
    await bySecret(issued).expect(429);
  });

  it('can be made at many accounts from one IP, up to the budget of each', async () => {
    const issued = await withThree();
    const answers = await times(10, () => wrongly(issued, { client_id: randomUUID() }));
    expect(answers.every(({ status }) => status === 401)).toBe(true);
  });
});

describe('only failed authentications count', () => {
  it.each<[string, number, (issued: Issuer) => PromiseLike<Response>]>([
    ['tokens', 200, (issued) => bySecret(issued)],
    ['tokens by assertion', 200, async (issued) => byAssertion(issued, await assertion(issued))],
    ['a scope that is not allowed', 400, (issued) => bySecret(issued, { scope: 'other' })],
    ['a secret that was left out', 400, (issued) => bySecret(issued, { client_secret: '' })],
    ['no credentials', 401, (issued) => bySecret(issued, { client_id: '', client_secret: '' })],
    ['an assertion that is no JWT', 400, (issued) => byAssertion(issued, 'nonsense')],
    ['another grant type', 400, (issued) => bySecret(issued, { grant_type: 'password' })],
    ['another media type', 415, (issued) => request(issued.app).post(TOKEN_PATH).type('text/plain').send('a=b')],
    ['a wrong method', 405, (issued) => request(issued.app).put(TOKEN_PATH)],
  ])('not %s (%i)', async (_what, status, send) => {
    const issued = await issuer({ rateLimit: { failures: 1 } });
    await times(3, async () => expect((await send(issued)).status).toBe(status));
    await bySecret(issued).expect(200);
    await byAssertion(issued, await assertion(issued)).expect(200);
  });

  it('not those of a disabled account (403), and its wrong secrets do', async () => {
    const issued = await issuer({ rateLimit: { failures: 2 } });
    await issued.accounts.disable(issued.robot.id);
    await times(3, () => bySecret(issued).expect(403));
    await times(2, () => wrongly(issued).expect(401));
    await bySecret(issued).expect(429);
  });

  it('not an account that is gone (404), nor what authorize refused (403)', async () => {
    const gone = await issuer({ rateLimit: { failures: 1 }, authorize: () => false });
    await times(3, () => bySecret(gone).expect(403));
    const { store } = gone;
    const credentialStore = {
      findCredential: async (id: string) => ({ ...(await store.findCredential(id))!, account: undefined }),
    };
    const { app } = await issuer({ rateLimit: { failures: 1 }, credentialStore });
    await times(3, () => bySecret({ ...gone, app }).expect(404));
  });

  it('not the failures of a store (500, 503)', async () => {
    let down: Error | undefined;
    const store = (await issuer()).store;
    const issued = await issuer({
      rateLimit: { failures: 1 },
      credentialStore: {
        findCredential: (id) => (down ? Promise.reject(down) : store.findCredential(id)),
      },
    });
    down = new StoreUnavailableError();
    await times(3, () => wrongly(issued).expect(503));
    down = new Error('db');
    await times(3, () => wrongly(issued).expect(500));
    down = undefined;
    await wrongly(issued).expect(401);
    await wrongly(issued).expect(429);
  });

  it.each<[string, (issued: Issuer) => PromiseLike<Response>]>([
    ['an unknown client', (issued) => wrongly(issued, { client_id: 'nobody' })],
    ['a wrong secret', (issued) => wrongly(issued)],
    [
      'an assertion of an unknown key',
      async (issued) => byAssertion(issued, await assertion(issued, {}, { kid: 'x' })),
    ],
    ['an assertion that fails a check', async (issued) => byAssertion(issued, await assertion(issued, { iss: 'x' }))],
  ])('as %s does', async (_what, send) => {
    const issued = await issuer({ rateLimit: { failures: 1 } });
    expect((await send(issued)).status).toBe(401);
    expect((await send(issued)).status).toBe(429);
  });

  it('as a revoked and an expired secret do, and a replay', async () => {
    const issued = await issuer({ rateLimit: { failures: 1 } });
    const expired = await issued.accounts.createSecret(issued.robot.id, { expiresAt: new Date(0) });
    const jwt = await assertion(issued);
    await issued.accounts.revokeCredential(issued.id);
    await bySecret(issued).expect(401);
    await bySecret(issued).expect(429);
    const old = { ...issued, id: expired.clientId, secret: expired.clientSecret };
    await bySecret(old).expect(401);
    await bySecret(old).expect(429);
    await byAssertion(issued, jwt).expect(200);
    await byAssertion(issued, jwt).expect(401);
    await byAssertion(issued, await assertion(issued)).expect(429);
  });
});

describe('a limiter of the host', () => {
  it('has its own budget', async () => {
    const issued = await issuer({ rateLimit: { limiter: new RateLimiterMemory({ points: 2, duration: 600 }) } });
    await times(2, () => wrongly(issued).expect(401));
    const { headers } = await bySecret(issued).expect(429);
    expect(Number(headers['retry-after'])).toBeGreaterThan(500);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(600);
    expect(issued.events.every((event) => !('limiter' in event))).toBe(true);
  });

  it('is shared by the processes that have it', async () => {
    const limiter = new RateLimiterMemory({ points: 2, duration: 60 });
    const issued = await issuer({ rateLimit: { limiter } });
    const other = await issuer({ rateLimit: { limiter }, credentialStore: issued.store });
    await wrongly(issued).expect(401);
    await wrongly({ ...issued, app: other.app }).expect(401);
    await bySecret(issued).expect(429);
  });

  it('gets keys of a size and an alphabet that any store takes, without the id', async () => {
    const keys: string[] = [];
    const memory = new RateLimiterMemory({ points: 9, duration: 60 });
    const limiter: AttemptLimiter = {
      get: (key) => memory.get(key),
      consume: (key) => {
        keys.push(key);
        return memory.consume(key);
      },
    };
    const issued = await issuer({ rateLimit: { limiter } });
    await wrongly(issued).expect(401);
    await wrongly(issued, { client_id: 'x\0'.repeat(5000) }).expect(401);
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(key).toMatch(/^[\w-]{1,64}$/);
    expect(keys.join()).not.toContain(issued.id);
  });

  const down = () => Promise.reject(new Error('connect ECONNREFUSED'));
  const unreachable = { multi: () => unreachable, get: () => unreachable, pttl: () => unreachable, exec: down };
  const redis = new RateLimiterRedis({
    storeClient: Object.assign(unreachable, { rlflxIncr: down }),
    points: 1,
    duration: 60,
  });
  const both = (call: () => unknown) => ({ get: call, consume: call }) as unknown as AttemptLimiter;
  const counting = new RateLimiterMemory({ points: 1, duration: 60 });

  it.each<[string, AttemptLimiter]>([
    ['has lost its Redis', redis],
    [
      'throws',
      both(() => {
        throw new Error('limiter');
      }),
    ],
    ['rejects with undefined', both(() => Promise.reject(undefined))],
    ['rejects with a status', both(() => Promise.reject(Object.assign(new Error('limiter'), { status: 429 })))],
    ['is unavailable', both(() => Promise.reject(new StoreUnavailableError()))],
    ['hangs', both(() => new Promise(() => undefined))],
    ['can’t count', { get: (key) => counting.get(key), consume: down }],
    ['can’t look', { get: down, consume: (key) => counting.consume(key) }],
  ])('that %s lets requests through, and their events say so', async (_what, limiter) => {
    const issued = await issuer({ rateLimit: { limiter } });
    // At once: each waits for the limiter that hangs.
    await Promise.all([1, 2, 3].map(() => wrongly(issued).expect(401)));
    const jwt = await assertion(issued);
    await Promise.all([bySecret(issued).expect(200), byAssertion(issued, jwt).expect(200)]);
    const denied = issued.events.slice(0, 3);
    expect(denied.map(({ limiter: is }) => is)).toEqual(['unavailable', 'unavailable', 'unavailable']);
    expect(denied).toMatchObject([{ reason: 'secret_mismatch' }, {}, {}]);
    if (_what === 'can’t count') return;
    expect(issued.events[3]).toMatchObject({ type: 'token.issued', limiter: 'unavailable' });
    expect(issued.events[4]).toMatchObject({ type: 'token.issued', limiter: 'unavailable' });
  });

  it('that hangs delays a request by half a second at most, and the event says so', async () => {
    let asked = 0;
    const limiter = both(() => new Promise(() => (asked += 1)));
    const issued = await issuer({ rateLimit: { limiter }, storeTimeout: 20_000 });
    const start = performance.now();
    await wrongly(issued).expect(401);
    expect(performance.now() - start).toBeLessThan(10_000);
    // Not again to count the failure: that would be another half second.
    expect(asked).toBe(1);
    const cause = new StoreUnavailableError('no answer within 500 ms');
    expect(issued.events).toMatchObject([{ reason: 'secret_mismatch', limiter: 'unavailable', cause }]);
  });

  it('that fails is the cause in the event of a request that it let through', async () => {
    const error = new Error('limiter');
    const issued = await issuer({ rateLimit: { limiter: both(() => Promise.reject(error)) } });
    await bySecret(issued).expect(200);
    await wrongly(issued).expect(401);
    for (const { cause } of issued.events) expect(cause).toBe(error);
    expect(issued.events).toHaveLength(2);
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a number', 5],
    ['a text', 'spent'],
    ['an array', []],
    ['an empty object', {}],
    ['points that are none', { remainingPoints: '0', msBeforeNext: null }],
    ['points that are NaN', { remainingPoints: NaN, msBeforeNext: NaN }],
  ])('that returns %s breaks nothing', async (_what, answer) => {
    const issued = await issuer({ rateLimit: { limiter: both(async () => answer) } });
    await wrongly(issued).expect(401);
    await bySecret(issued).expect(200);
  });

  it.each([
    ['no time', NaN],
    ['a time that is past', -5000],
    ['an endless time', Infinity],
  ])('that is spent for %s is answered with 429 and a Retry-After that can be read', async (_what, msBeforeNext) => {
    const issued = await issuer({ rateLimit: { limiter: both(async () => ({ remainingPoints: 0, msBeforeNext })) } });
    const { headers } = await bySecret(issued).expect(429);
    expect(headers['retry-after']).toMatch(/^[1-9]\d*$/);
  });

  it('that was down counts again once it is up', async () => {
    let up = false;
    const memory = new RateLimiterMemory({ points: 1, duration: 60 });
    const limiter: AttemptLimiter = {
      get: (key) => (up ? memory.get(key) : Promise.reject(new Error('down'))),
      consume: (key) => (up ? memory.consume(key) : Promise.reject(new Error('down'))),
    };
    const issued = await issuer({ rateLimit: { limiter } });
    await times(3, () => wrongly(issued).expect(401));
    up = true;
    await wrongly(issued).expect(401);
    await bySecret(issued).expect(429);
  });
});

describe('a burst of guesses', () => {
  /** An issuer whose store answers all at once, in the order of the requests, as soon as `count` of them wait. */
  async function gated(count: number, options: Partial<FrontierTokenOptions> = {}) {
    const waiting: (() => void)[] = [];
    let arrived = (): void => undefined;
    const { store, ...rest } = await issuer();
    const gate = {
      findCredential: async (id: string) => {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          if (waiting.length >= count) arrived();
        });
        return store.findCredential(id);
      },
    };
    const issued = { ...rest, store, app: (await issuer({ credentialStore: gate, ...options })).app };
    const all = new Promise<void>((resolve) => (arrived = resolve));
    return { issued, all, release: () => waiting.splice(0).forEach((each) => each()), waiting };
  }

  it('at the same moment gets no more tries than the budget, and the right one among them, coming last, none', async () => {
    const { issued, all, release, waiting } = await gated(100);
    const guesses = Promise.all(Array.from({ length: 100 }, () => wrongly(issued)));
    await all;
    const right = bySecret(issued).then((answer) => answer);
    while (waiting.length < 101) await new Promise((resolve) => setTimeout(resolve, 5));
    release();
    const statuses = (await guesses).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(30);
    expect(statuses.filter((status) => status === 429)).toHaveLength(70);
    expect((await right).status).toBe(429);
  });

  it('by assertion likewise', async () => {
    const { issued, all, release } = await gated(20, { rateLimit: { failures: 5 } });
    const forged = await Promise.all(Array.from({ length: 19 }, () => assertion(issued, { iss: 'x' })));
    const guesses = forged.map((jwt) => byAssertion(issued, jwt).then(({ status }) => status));
    const right = assertion(issued).then((jwt) => byAssertion(issued, jwt));
    await all;
    release();
    const statuses = await Promise.all(guesses);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    // In whatever place it came: within the budget, or behind it.
    expect([200, 429]).toContain((await right).status);
  });

  it('answers a refused right one as it answers a refused wrong one', async () => {
    const issued = await withThree();
    await times(3, () => wrongly(issued));
    const [right, wrong] = [await bySecret(issued), await wrongly(issued)];
    const { date: _r, 'retry-after': after, ...headers } = right.headers as Record<string, string>;
    const { date: _w, 'retry-after': soon, ...others } = wrong.headers as Record<string, string>;
    expect([right.status, right.text, headers]).toEqual([wrong.status, wrong.text, others]);
    expect(Math.abs(Number(after) - Number(soon))).toBeLessThanOrEqual(1);
  });
});

it('a spent counter is not pushed out by invented ids', async () => {
  const counter = memoryCounter({ failures: 3, seconds: 60 });
  await times(3, () => counter.add('spent'));
  for (let invented = 0; invented < 10_200; invented += 1) await counter.add(`invented-${invented}`);
  expect((await counter.get('spent'))?.remainingPoints).toBe(0);
  expect(counter.get('invented-0')).toBeNull();
});

describe('in memory,', () => {
  const fail = (): void => {
    throw new Error('the limiter in memory is always there');
  };

  /** Without Express, which would take a minute for so many. */
  async function flooder(): Promise<(ids: Iterable<string>) => Promise<void>> {
    const { store: credentialStore, keyStore } = await issuer();
    const guard = attemptGuard(routerSettings({ issuer: ISSUER, credentialStore, keyStore }));
    const wrong = () => Promise.reject(new InvalidClientError({ reason: 'client_unknown' }));
    return async (ids) => {
      for (const id of ids) {
        await guard({ ids: [id], ip: '203.0.113.1', onUnavailable: fail }, wrong).catch(() => undefined);
      }
    };
  }

  function* invented(count: number, name: (number: number) => string): Iterable<string> {
    for (let number = 0; number < count; number += 1) yield name(number);
  }

  it('invented ids, 50,000 of them, leave memory as it was', async () => {
    const flood = await flooder();
    await flood(invented(12_000, (number) => `first-${number}`));
    const before = bytesInUse();
    await flood(invented(50_000, (number) => `then-${number}`));
    // A counter takes about 500 bytes: all of these, kept, would be 25 MB.
    expect(bytesInUse() - before).toBeLessThan(8_000_000);
  });

  it.each([
    ['are themselves long', (id: string, body: string) => id + body],
    // V8 keeps a text for as long as it keeps a part that was cut out of it.
    ['are cut out of long bodies', (id: string, body: string) => (id + body).slice(0, id.length)],
  ])('ids that %s keep nothing of that length', async (_how, cut) => {
    const flood = await flooder();
    const before = bytesInUse();
    await flood(invented(1000, (number) => cut(`an-invented-id-${number}`, 'x'.repeat(60_000))));
    // Kept, they would be 60 MB.
    expect(bytesInUse() - before).toBeLessThan(8_000_000);
  });
});
