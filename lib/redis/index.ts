export { RedisReplayStore } from './redis-replay-store.js';
export type { RedisReplayStoreOptions } from './redis-replay-store.js';
export type { IoredisClient, NodeRedisClient, RedisReplayClient } from './client.js';
