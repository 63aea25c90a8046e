import { randomUUID } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import { bySecret, issuer, type Issuer } from '../support/issuer.js';
import { ioredis, nodeRedis, type OpenClient } from '../support/redis-clients.js';
import { REDIS_URL, redisAnswers } from '../support/redis-server.js';

const kinds = [
  { ...nodeRedis, useRedisPackage: true },
  { ...ioredis, useRedisPackage: false },
];
const guess = async (host: Issuer) => (await bySecret(host, { client_secret: 'wrong' })).status;
const right = async (host: Issuer) => (await bySecret(host)).status;

(redisAnswers() ? describe : describe.skip).each(kinds)(
  'A limiter on Redis with $title',
  ({ open, useRedisPackage }) => {
    const keyPrefix = `frontier-token-spec:${randomUUID()}`;
    const budget = { keyPrefix, points: 3, duration: 60, useRedisPackage };
    const opened: OpenClient[] = [];
    const connect = async () => {
      const made = await open(REDIS_URL);
      opened.push(made);
      return made.client;
    };
    afterAll(async () => {
      const { client, close } = await nodeRedis.open(REDIS_URL);
      for await (const found of client.scanIterator({ MATCH: `${keyPrefix}:*`, COUNT: 1000 })) {
        if (found.length > 0) await client.unlink(found);
      }
      for (const each of [...opened, { close }]) each.close();
    });

    it('has one budget for all instances, which the right secret does not touch', async () => {
      const one = await issuer({
        rateLimit: { limiter: new RateLimiterRedis({ ...budget, storeClient: await connect() }) },
      });
      const limiter = new RateLimiterRedis({ ...budget, storeClient: await connect() });
      const other = await issuer({ rateLimit: { limiter }, credentialStore: one.store });
      const client = { ...one, app: other.app };

      expect([await guess(one), await guess(client), await right(one), await guess(one)]).toEqual([401, 401, 200, 401]);
      expect([await right(one), await right(client)]).toEqual([429, 429]);
      expect([...one.events, ...other.events].filter((event) => 'limiter' in event)).toEqual([]);
    });

    it('lets requests through without Redis, and the events say so', async () => {
      const { client, close } = await open(REDIS_URL);
      const host = await issuer({ rateLimit: { limiter: new RateLimiterRedis({ ...budget, storeClient: client }) } });
      close();
      for (let time = 0; time < 5; time += 1) expect(await guess(host)).toBe(401);
      expect(await right(host)).toBe(200);
      expect(host.events.map(({ limiter }) => limiter)).toEqual(Array(6).fill('unavailable'));
      expect(host.events.at(-1)?.cause).toBeInstanceOf(Error);
    });

    it('counts in each instance alone without Redis, where it has an insurance', async () => {
      const { client, close } = await open(REDIS_URL);
      const insuranceLimiter = new RateLimiterMemory({ points: 3, duration: 60 });
      const limiter = new RateLimiterRedis({ ...budget, storeClient: client, insuranceLimiter });
      const host = await issuer({ rateLimit: { limiter } });
      close();
      expect([await guess(host), await guess(host), await guess(host), await right(host)]).toEqual([
        401, 401, 401, 429,
      ]);
      expect(host.events.filter((event) => 'limiter' in event)).toEqual([]);
    });
  },
);
