import { RedisReplayStore } from 'frontier-token/redis';
import { FrontierDatabase, SqliteFile, SqlKeyStore, SqlStore } from 'frontier-token/sql';
import { keyStoreContract, testIssuer } from 'frontier-token/testing';
import { Redis } from 'ioredis';
import { Kysely, SqliteDialect } from 'kysely';
import { createClient } from 'redis';

// What differs from an ES module: Kysely's types for `require` are others than those for `import`, and so are redis's.
export async function use(): Promise<void> {
  const dialect = new SqliteDialect({ database: await SqliteFile.open('orders.db', { timeout: 1000 }) });
  const db = new Kysely<{ orders: { id: number } }>({ dialect });
  const keyStore = await SqlKeyStore.open(db, { encryptionKey: Buffer.alloc(32) });
  const stores = [
    new SqlStore(db),
    new FrontierDatabase(db),
    new RedisReplayStore(createClient()),
    new RedisReplayStore(new Redis()),
  ];
  const { token } = await testIssuer({ issuer: 'https://issuer.test' });
  console.log(stores, await token(), keyStoreContract(() => keyStore).length);
}
