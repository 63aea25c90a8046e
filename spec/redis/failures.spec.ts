import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { StoreUnavailableError } from 'frontier-token';
import { RedisReplayStore } from 'frontier-token/redis';
import { assertion, byAssertion, issuer } from '../support/issuer.js';
import { rejection } from '../support/private-keys.js';
import { single, type OpenClient } from '../support/redis-clients.js';
import { RespServer } from '../support/resp-server.js';

const resp = new RespServer();

// A rejection that nobody handles fails the test in which it happens: Jest sees to that.
const claim = (store: RedisReplayStore) => store.claim(randomUUID(), new Date(Date.now() + 60_000));
const claimOfThePast = (store: RedisReplayStore) => store.claim(randomUUID(), new Date(0));

beforeAll(() => resp.start());
afterEach(() => {
  resp.heal();
});
afterAll(() => resp.stop());

describe.each(single)('RedisReplayStore on $title', ({ open }) => {
  let opened: OpenClient;
  let store: RedisReplayStore;
  beforeAll(async () => {
    opened = await open(resp.url);
    store = new RedisReplayStore(opened.client);
  });
  afterAll(() => {
    opened.close();
  });

  it.each([
    "OOM command not allowed when used memory > 'maxmemory'.",
    "READONLY You can't write against a read only replica.",
    'LOADING Redis is loading the dataset in memory',
    'MISCONF Redis is configured to save RDB snapshots, but is unable to persist to disk',
    'CLUSTERDOWN The cluster is down',
    'NOAUTH Authentication required.',
    "NOPERM this user has no permissions to run the 'set' command",
  ])('is unavailable where Redis refuses: %s', async (refusal) => {
    resp.answer(`-${refusal}`);
    for (const ask of [claim, claimOfThePast]) {
      const error = await rejection(ask(store));
      expect(error).toBeInstanceOf(StoreUnavailableError);
      expect(error.cause).toMatchObject({ message: refusal });
    }
  });

  it.each(['+QUEUED', '+ok', '+', ':1', ':0', '$5\r\nother', '*0', '*1\r\n+OK'])(
    'is unavailable where the answer is neither yes nor no: %j',
    async (answer) => {
      resp.answer(answer);
      for (const ask of [claim, claimOfThePast]) {
        expect(await rejection(ask(store))).toBeInstanceOf(StoreUnavailableError);
      }
    },
  );

  it('is unavailable where the connection breaks before the answer, recovers by itself, and asks no second time', async () => {
    resp.hangUp();
    const lost = resp.asked.length;
    const error = await rejection(claim(store));
    resp.heal();
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error.cause).toBeInstanceOf(Error);
    await expect(untilItAnswers(() => claim(store))).resolves.toBe(true);
    const keys = resp.asked.map(([, key]) => key);
    expect(keys.filter((key) => key === keys[lost])).toHaveLength(1);
  });

  it('rejects where the client throws', async () => {
    const { client, close } = await open(resp.url);
    const thrown = new Error('not now');
    Object.assign(client, {
      set: () => {
        throw thrown;
      },
    });
    const error = await rejection(claim(new RedisReplayStore(client)));
    close();
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error.cause).toBe(thrown);
  });

  it('gives 503 at the token route, and says why in the event alone', async () => {
    const host = await issuer({ replayStore: store });
    resp.answer('-OOM command not allowed');
    const { status, body, headers } = await byAssertion(host, await assertion(host));

    expect([status, body.error, headers['retry-after']]).toEqual([503, 'temporarily_unavailable', expect.any(String)]);
    expect(JSON.stringify(body)).not.toMatch(/OOM|redis/i);
    expect(host.events).toMatchObject([{ type: 'token.failed', reason: 'replay_store_unavailable' }]);
    expect(host.events[0]?.cause).toMatchObject({ cause: { message: 'OOM command not allowed' } });
  });

  it('leaves a Redis that does not answer to the time limit of the token route', async () => {
    const host = await issuer({ replayStore: store, storeTimeout: 100 });
    resp.hang();
    expect(await byAssertion(host, await assertion(host))).toMatchObject({ status: 503 });
    expect(host.events).toMatchObject([{ reason: 'replay_store_timeout' }]);
  });
});

describe('RedisReplayStore is unavailable', () => {
  it.each<[string, RegExp, () => OpenClient | Promise<OpenClient>]>([
    [
      'node-redis that was never connected',
      /closed/,
      () => ({ client: createClient({ url: resp.url }), close: () => undefined }),
    ],
    [
      'node-redis that was closed',
      /closed/,
      async () => {
        const client = await createClient({ url: resp.url }).connect();
        await client.close();
        return { client, close: () => undefined };
      },
    ],
    [
      'node-redis that is offline, and keeps no queue',
      /offline/,
      () => {
        const client = createClient({ url: NOWHERE, disableOfflineQueue: true }).on('error', () => undefined);
        client.connect().catch(() => undefined);
        return { client, close: () => client.destroy() };
      },
    ],
    [
      'ioredis that is offline, and keeps no queue',
      /enableOfflineQueue/,
      () => {
        const client = new Redis(NOWHERE, { enableOfflineQueue: false }).on('error', () => undefined);
        return { client, close: () => client.disconnect() };
      },
    ],
    [
      'ioredis that is offline, tries again, and gives up',
      /max retries per request|closed/,
      () => {
        const retryStrategy = (times: number) => (times > 2 ? null : 10);
        const client = new Redis(NOWHERE, { maxRetriesPerRequest: 1, retryStrategy }).on('error', () => undefined);
        return { client, close: () => undefined };
      },
    ],
    [
      'ioredis that was closed',
      /closed/,
      async () => {
        const client = new Redis(resp.url);
        await client.quit();
        return { client, close: () => undefined };
      },
    ],
  ])('on %s', async (_what, why, open) => {
    const { client, close } = await open();
    const store = new RedisReplayStore(client);
    const errors = [await rejection(claim(store)), await rejection(claimOfThePast(store))];
    close();
    for (const error of errors) {
      expect(error).toBeInstanceOf(StoreUnavailableError);
      expect(error.cause).toMatchObject({ message: expect.stringMatching(why) });
    }
  });
});

/** The discard port, where nothing listens. */
const NOWHERE = 'redis://127.0.0.1:9';

async function untilItAnswers<T>(work: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + 4000; ; await setTimeout(20)) {
    try {
      return await work();
    } catch (thrown) {
      if (Date.now() > end) throw thrown;
    }
  }
}
