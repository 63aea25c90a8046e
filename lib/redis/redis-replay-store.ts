import { StoreUnavailableError } from '../errors/store-errors.js';
import { check, checkOptions, checkValue, date, optional, type Checks } from '../options/check.js';
import type { ReplayStore } from '../replay/contract.js';
import { describe } from '../values.js';
import { redisClient, setIfAbsent, type RedisReplayClient, type SetIfAbsent } from './client.js';

export interface RedisReplayStoreOptions {
  /** What the keys in Redis begin with. Default: `frontier-token:jti:`. */
  prefix?: string;
}

const checks = {
  prefix: optional(
    check<string>('a string', (given) => typeof given === 'string'),
    'frontier-token:jti:',
  ),
} satisfies Checks<RedisReplayStoreOptions>;

const MARK = '1';
/** What a command may answer, and what that says of the claim. */
const ANSWERS_OF_SET = new Map<unknown, boolean>([
  ['OK', true],
  [null, false],
]);
const ANSWERS_OF_GET = new Map<unknown, boolean>([
  [null, true],
  [MARK, false],
]);

/**
 * Remembers claims in Redis, for all processes that use it: one `SET key 1 NX PX milliseconds` each. Redis forgets them
 * by itself when they have expired, and all of them where it loses its data: turn on its append-only file, and let it
 * evict nothing (`maxmemory-policy noeviction`).
 *
 * The client is the host's, which connects it, listens to its `error` and closes it. Have it fail at once while Redis
 * is down: one that queues claims makes them after their request was answered with 503. node-redis: `disableOfflineQueue:
 * true`; ioredis: `enableOfflineQueue: false, maxRetriesPerRequest: 0`.
 */
export class RedisReplayStore implements ReplayStore {
  private readonly client: RedisReplayClient;
  private readonly setIfAbsent: SetIfAbsent;
  private readonly prefix: string;

  /**
   * @param client of node-redis 4.6, 5 or 6 (client, pool, cluster or sentinel), or of ioredis 5 or 6 (Redis or Cluster)
   * @throws TypeError where `client` is neither, or an option is wrong
   */
  constructor(client: RedisReplayClient, options: RedisReplayStoreOptions = {}) {
    this.client = checkValue('RedisReplayStore: client', redisClient, client);
    this.setIfAbsent = setIfAbsent(this.client);
    this.prefix = checkOptions('RedisReplayStore', checks, options).prefix;
  }

  /** Rejects with `StoreUnavailableError` whatever the client fails with, which is its `cause`. */
  async claim(id: string, expiresAt: Date): Promise<boolean> {
    const remaining = checkValue('claim: expiresAt', date, expiresAt).getTime() - Date.now();
    const key = this.prefix + id;
    return remaining > 0
      ? ask(() => this.setIfAbsent(key, MARK, remaining), ANSWERS_OF_SET)
      : // Redis keeps nothing for less than a millisecond: what has expired is not kept, but what is claimed stays so.
        ask(() => this.client.get(key), ANSWERS_OF_GET);
  }
}

async function ask(command: () => Promise<unknown>, answers: ReadonlyMap<unknown, boolean>): Promise<boolean> {
  let answer: unknown;
  try {
    answer = await command();
  } catch (cause) {
    throw new StoreUnavailableError('Redis did not take a claim', { cause });
  }
  // A client may be told to give buffers (RESP type mapping).
  const claimed = answers.get(Buffer.isBuffer(answer) ? answer.toString() : answer);
  if (claimed === undefined) throw new StoreUnavailableError(`Redis answered a claim with ${describe(answer)}`);
  return claimed;
}
