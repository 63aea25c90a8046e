import { EventEmitter } from 'node:events';
import { Cluster, Redis } from 'ioredis';
import { createClient, createClientPool, createCluster, createSentinel, RESP_TYPES } from 'redis';
import { RedisReplayStore } from 'frontier-token/redis';
import { RateLimiterMemory } from 'rate-limiter-flexible';

const nodeRedis = createClient();
const ioredis = new Redis({ lazyConnect: true });
const wrong = (client: unknown) => () => new RedisReplayStore(client as never);

describe('RedisReplayStore takes', () => {
  it.each([
    ['a client of node-redis that is not yet connected', nodeRedis],
    ['one with a name in it that ioredis uses', Object.assign(createClient(), { status: 'ready' })],
    ['a pool', createClientPool()],
    ['a client of ioredis that is not yet connected', ioredis],
  ])('%s', (_what, client) => {
    expect(wrong(client)).not.toThrow();
  });
});

/** For the type check alone, which sees what is no client before it runs. */
export function uses(): void {
  new RedisReplayStore(nodeRedis, {});
  new RedisReplayStore(nodeRedis.withTypeMapping({ [RESP_TYPES.SIMPLE_STRING]: Buffer }));
  new RedisReplayStore(createCluster({ rootNodes: [] }));
  new RedisReplayStore(createSentinel({ name: 'main', sentinelRootNodes: [] }));
  new RedisReplayStore(ioredis, { prefix: 'jti:' });
  new RedisReplayStore(new Cluster([]));
  // @ts-expect-error -- answers to callbacks
  new RedisReplayStore(nodeRedis.legacy());
  // @ts-expect-error -- answers when it is executed
  new RedisReplayStore(nodeRedis.multi());
  // @ts-expect-error -- likewise
  new RedisReplayStore(ioredis.pipeline());
  // @ts-expect-error -- not awaited
  new RedisReplayStore(nodeRedis.connect());
  // @ts-expect-error -- no Redis
  new RedisReplayStore(new Map<string, string>());
  // @ts-expect-error -- no client
  new RedisReplayStore('redis://127.0.0.1:6379');
  // @ts-expect-error -- no such option
  new RedisReplayStore(ioredis, { keyPrefix: 'jti:' });
}

describe('RedisReplayStore refuses', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 6379],
    ['an empty object', {}],
    ['a Map', new Map()],
    ['an EventEmitter', new EventEmitter()],
    ['a promise of a client', Promise.resolve(nodeRedis)],
    ['the constructor of a client', Redis],
    ['a transaction of node-redis', nodeRedis.multi()],
    ['the callback client of node-redis', nodeRedis.legacy()],
    [
      'node-redis 4 in its legacy mode',
      { isOpen: true, get: () => undefined, set: () => undefined, options: { legacyMode: true } },
    ],
    ['a pipeline of ioredis', ioredis.pipeline()],
    ['a limiter', new RateLimiterMemory({ points: 1, duration: 1 })],
  ])('%s', (_what, client) => {
    expect(wrong(client)).toThrow(TypeError);
    expect(wrong(client)).toThrow(
      /^RedisReplayStore: client must be a client of node-redis .* or ioredis .*, but got /,
    );
  });

  it('the address of a Redis, and does not print its password', () => {
    expect(wrong('redis://:hunter2@127.0.0.1:6379')).toThrow(/but got a string of 31 characters/);
  });

  it.each<[string, unknown]>([
    ["option 'prefix' must be a string, but got 5", { prefix: 5 }],
    ["option 'prefix' must be a string, but got null", { prefix: null }],
    ["option 'keyPrefix' must be left out", { keyPrefix: 'jti:' }],
    ['must be an object, but got null', null],
    ["must be an object, but got 'jti:'", 'jti:'],
  ])('options: %s', (message, options) => {
    const make = () => new RedisReplayStore(ioredis, options as never);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});
