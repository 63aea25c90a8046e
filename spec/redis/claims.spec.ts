import { randomUUID } from 'node:crypto';
import { RedisReplayStore } from 'frontier-token/redis';
import { replayStoreContract } from 'frontier-token/testing';
import { createClient, RESP_TYPES } from 'redis';
import { nodeRedis, shared, single, type OpenClient } from '../support/redis-clients.js';
import { REDIS_URL, redisAnswers } from '../support/redis-server.js';
import { RespServer } from '../support/resp-server.js';
import { until } from '../support/until.js';

const PREFIX = `frontier-token-spec:${randomUUID()}:`;
const inAMinute = () => new Date(Date.now() + 60_000);

const resp = new RespServer();
const opened: Promise<OpenClient>[] = [];
/** One client for all of a suite's rules. */
const lazily = (open: () => Promise<OpenClient>) => {
  let made: Promise<OpenClient> | undefined;
  return async () => {
    if (!made) opened.push((made = open()));
    return (await made).client;
  };
};

/** What was asked of the Redis in the process. */
const askedOf = (id: string) => resp.asked.filter(([, key]) => key?.endsWith(id));

beforeAll(() => resp.start());
afterAll(async () => {
  for (const each of opened) (await each).close();
  await resp.stop();
});

describe.each(single)('RedisReplayStore on $title', ({ open }) => {
  const client = lazily(() => open(resp.url));
  const store = async () => new RedisReplayStore(await client(), { prefix: `${PREFIX}${randomUUID()}:` });

  for (const { title, run } of replayStoreContract(store)) it.concurrent(title, run);

  it('asks one command of Redis, which sets if there is none, for as long as the claim lasts', async () => {
    const id = randomUUID();
    await new RedisReplayStore(await client()).claim(id, inAMinute());
    const asked = askedOf(id);
    expect(asked).toEqual([['SET', `frontier-token:jti:${id}`, '1', 'PX', expect.stringMatching(/^\d+$/), 'NX']]);
    const milliseconds = Number(asked[0]?.[4]);
    expect(milliseconds).toBeGreaterThan(59_000);
    expect(milliseconds).toBeLessThanOrEqual(60_000);
  });

  // Beside the rules, one of which waits as long.
  it.concurrent('gives a claim again some milliseconds after its end, and not before', async () => {
    // No whole number of seconds: a store that rounds up or down asks for another time.
    const [replayStore, id, end] = [await store(), randomUUID(), Date.now() + 1900];
    await replayStore.claim(id, new Date(end));
    const early = await replayStore.claim(id, inAMinute());
    expect(Date.now()).toBeLessThan(end);
    expect(early).toBe(false);
    expect(Number(askedOf(id)[0]?.[4])).toBeLessThanOrEqual(1900);
    await until(
      () => replayStore.claim(id, inAMinute()),
      (given) => given,
    );
    expect(Date.now()).toBeGreaterThan(end);
  });

  it.each([0, -1, -60_000, -1_000_000_000_000])(
    'keeps nothing of a claim that ends in %d ms, gives none that is held, and never sends such a time',
    async (milliseconds) => {
      const [replayStore, id] = [await store(), randomUUID()];
      const past = () => new Date(Date.now() + milliseconds);
      expect(await replayStore.claim(id, past())).toBe(true);
      expect(await replayStore.claim(id, past())).toBe(true);
      expect(await replayStore.claim(id, inAMinute())).toBe(true);
      expect(await replayStore.claim(id, past())).toBe(false);
      expect(askedOf(id).map(([command]) => command)).toEqual(['GET', 'GET', 'SET', 'GET']);
    },
  );

  it('keeps the claims of one prefix from those of another; the prefix may be empty', async () => {
    const id = randomUUID();
    const answers: boolean[] = [];
    for (const options of [{}, { prefix: '' }, { prefix: 'other:' }, { prefix: undefined }]) {
      answers.push(await new RedisReplayStore(await client(), options).claim(id, inAMinute()));
    }
    expect(answers).toEqual([true, true, true, false]);
  });

  it('refuses an end that is no valid date, which would let every replay through', async () => {
    const id = randomUUID();
    await expect((await store()).claim(id, new Date(NaN))).rejects.toThrow(TypeError);
    expect(askedOf(id)).toEqual([]);
  });
});

it.each([
  ...shared,
  {
    title: 'node-redis that gives buffers',
    open: async (url: string) => {
      const { client, close } = await nodeRedis.open(url);
      return { client: client.withTypeMapping({ [RESP_TYPES.SIMPLE_STRING]: Buffer }), close };
    },
  },
  {
    title: 'node-redis over RESP2',
    open: async (url: string) => {
      const client = await createClient({ url, RESP: 2 }).connect();
      return { client, close: () => client.destroy() };
    },
  },
])('RedisReplayStore gives a claim once on $title', async ({ open }) => {
  const store = new RedisReplayStore(await lazily(() => open(resp.url))());
  const id = randomUUID();
  const answers = [await store.claim(id, inAMinute()), await store.claim(id, inAMinute())];
  expect(answers).toEqual([true, false]);
});

(redisAnswers() ? describe : describe.skip).each(single)(
  'RedisReplayStore on a Redis server with $title',
  ({ open }) => {
    const client = lazily(() => open(REDIS_URL));
    afterAll(async () => {
      const keys = nodeRedis.open(REDIS_URL);
      opened.push(keys);
      const { client: admin } = await keys;
      for await (const found of admin.scanIterator({ MATCH: `${PREFIX}*`, COUNT: 1000 })) {
        if (found.length > 0) await admin.unlink(found);
      }
    });

    for (const { title, run } of replayStoreContract(
      async () => new RedisReplayStore(await client(), { prefix: `${PREFIX}${randomUUID()}:` }),
    )) {
      it.concurrent(title, run);
    }
  },
);
