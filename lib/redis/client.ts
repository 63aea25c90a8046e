import { check } from '../options/check.js';
import { hasMethods, isObject } from '../values.js';

/**
 * What is used of a client of node-redis (`redis` 4.6, 5 and 6): `createClient`, `createClientPool`, `createCluster` and
 * `createSentinel` make one.
 */
export interface NodeRedisClient {
  readonly isOpen: boolean;
  get(key: string): Promise<unknown>;
  set(key: string, value: string, options: { NX: true; PX: number }): Promise<unknown>;
}

/** What is used of a client of ioredis 5 and 6: a `Redis` or a `Cluster`. */
export interface IoredisClient {
  readonly status: string;
  get(key: string): Promise<unknown>;
  set(key: string, value: string, px: 'PX', milliseconds: number, nx: 'NX'): Promise<unknown>;
  getBuffer(key: string): Promise<unknown>;
}

export type RedisReplayClient = NodeRedisClient | IoredisClient;

/** The client, if it is one that answers with promises: pipelines, transactions and callback clients do not. */
export const redisClient = check<RedisReplayClient>(
  'a client of node-redis (createClient, createClientPool, createCluster or createSentinel) or ioredis (Redis or Cluster)',
  (given) => hasMethods(given, ['set']) && (isIoredis(given) || isNodeRedis(given)),
);

/** One command, in the client's dialect. `milliseconds` is at least 1. */
export type SetIfAbsent = (key: string, value: string, milliseconds: number) => Promise<unknown>;

export function setIfAbsent(client: RedisReplayClient): SetIfAbsent {
  return isIoredis(client)
    ? (key, value, milliseconds) => client.set(key, value, 'PX', milliseconds, 'NX')
    : (key, value, milliseconds) => client.set(key, value, { NX: true, PX: milliseconds });
}

/**
 * By a method that node-redis has under no name: it passes over words where it looks for an object, so that spoken to
 * as ioredis it sets without NX, and lets every replay through.
 */
function isIoredis(given: unknown): given is IoredisClient {
  return isObject(given) && typeof given.getBuffer === 'function' && typeof given.status === 'string';
}

function isNodeRedis(given: unknown): given is NodeRedisClient {
  return isObject(given) && typeof given.isOpen === 'boolean' && !isLegacy(given.options);
}

/** node-redis 4 in its legacy mode answers callbacks only. */
function isLegacy(options: unknown): boolean {
  return isObject(options) && options.legacyMode === true;
}
