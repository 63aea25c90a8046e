import { Cluster, Redis } from 'ioredis';
import { createClient, createClientPool, createCluster } from 'redis';
import type { RedisReplayClient } from '../../lib/redis/client.js';

export interface OpenClient<Client = RedisReplayClient> {
  client: Client;
  close(): void;
}

export interface ClientKind<Client = RedisReplayClient> {
  title: string;
  /** As the docs show it: it fails at once while Redis is down, and reconnects by itself. */
  open(url: string): Promise<OpenClient<Client>>;
}

const noted = (): void => undefined;

export const nodeRedis = {
  title: 'node-redis',
  open: async (url: string) => {
    const client = await createClient({ url, disableOfflineQueue: true }).on('error', noted).connect();
    return { client, close: () => client.destroy() };
  },
} satisfies ClientKind;

export const ioredis = {
  title: 'ioredis',
  open: async (url: string) => {
    const client = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0, lazyConnect: true });
    client.on('error', noted);
    await client.connect();
    return { client, close: () => client.disconnect() };
  },
} satisfies ClientKind;

export const single: readonly ClientKind[] = [nodeRedis, ioredis];

/** The other clients of both libraries. The server has to be a cluster. */
export const shared: readonly ClientKind[] = [
  {
    title: 'a pool of node-redis',
    open: async (url) => {
      const client = createClientPool({ url }).on('error', noted);
      await client.connect();
      return { client, close: () => client.destroy() };
    },
  },
  {
    title: 'a cluster of node-redis',
    open: async (url) => {
      const client = createCluster({ rootNodes: [{ url }] }).on('error', noted);
      await client.connect();
      return { client, close: () => client.destroy() };
    },
  },
  {
    title: 'a cluster of ioredis',
    open: async (url) => {
      const client = new Cluster([url], { lazyConnect: true });
      client.on('error', noted);
      await client.connect();
      return { client, close: () => client.disconnect() };
    },
  },
];
