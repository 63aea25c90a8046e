import { setTimeout } from 'node:timers/promises';
import { StoreUnavailableError } from 'frontier-token';
import { RedisReplayStore } from 'frontier-token/redis';
import { assertion, byAssertion, issuer } from '../support/issuer.js';
import { single, type OpenClient } from '../support/redis-clients.js';
import { OwnServer } from '../support/own-server.js';
import { ownRedis, redisIsInstalled } from '../support/redis-server.js';
import { RespServer } from '../support/resp-server.js';

const installed = redisIsInstalled();
if (!installed)
  process.stderr.write('\n!! no redis-server is installed: a Redis in the process restarts in its place\n');

describe.each(single)('While Redis is down and $title waits for it', ({ open }) => {
  let redis: OwnServer | RespServer;
  let opened: OpenClient;
  beforeAll(async () => {
    redis = await (installed ? ownRedis() : RespServer.start());
    opened = await open(redis.url);
  });
  afterAll(async () => {
    opened.close();
    await (redis instanceof OwnServer ? redis.remove() : redis.stop());
  });

  it('assertions get 503; once it is back tokens are issued, and what was taken before stays taken', async () => {
    const host = await issuer({ replayStore: new RedisReplayStore(opened.client) });
    const taken = await assertion(host);
    const fresh = async () => (await byAssertion(host, await assertion(host))).status;
    expect((await byAssertion(host, taken)).status).toBe(200);

    await redis.stop();
    const whileDown = [await fresh(), await fresh(), (await byAssertion(host, taken)).status];
    const refused = host.events.slice(-3);
    await redis.start();
    const statuses = [await fresh()];
    for (const end = Date.now() + 20_000; statuses.at(-1) !== 200 && Date.now() < end; statuses.push(await fresh())) {
      await setTimeout(50);
    }

    expect(whileDown).toEqual([503, 503, 503]);
    // At once, and not by the time limit, which has another reason.
    const cause = expect.any(StoreUnavailableError);
    expect(refused).toMatchObject(whileDown.map(() => ({ reason: 'replay_store_unavailable', cause })));
    for (const event of refused) expect((event.cause as Error).cause).toBeInstanceOf(Error);
    expect(new Set(statuses)).toEqual(statuses.length > 1 ? new Set([503, 200]) : new Set([200]));
    expect((await byAssertion(host, taken)).status).toBe(401);
    expect(host.events.at(-1)).toMatchObject({ reason: 'assertion_replayed' });
  });
});
