// One of many instances, as the docs have a host write it: PostgreSQL, Redis, keys that rotate, a graceful end.
// It imports the package by its name: what was built, as a host has it.
import express from 'express';
import { frontierToken, requireAccessToken, ServiceAccounts } from 'frontier-token';
import { RedisReplayStore } from 'frontier-token/redis';
import { SqlKeyStore, SqlStore } from 'frontier-token/sql';
import { Redis } from 'ioredis';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { createClient } from 'redis';

const { DATABASE_URL, REDIS_URL, ISSUER, CLIENT, ENCRYPTION_KEY: encryptionKey } = process.env;

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 5, connectionTimeoutMillis: 2000 });
pool.on('error', () => undefined);
pool.on('connect', (client) => client.on('error', () => undefined));
const db = new Kysely({ dialect: new PostgresDialect({ pool }) });
const store = new SqlStore(db);
await store.migrate();

// A look at the table may hang for five seconds when the database comes back: new keys wait for longer than that.
const rotation = { rotateAfter: 6, publishAhead: 6, keepFor: 120 };
const keyStore = await SqlKeyStore.open(db, {
  encryptionKey,
  alg: 'ES256',
  ...rotation,
  onEvent: ({ type, kid }) => process.send({ type, kid }),
});

const redis =
  CLIENT === 'ioredis' ? new Redis(REDIS_URL, { maxRetriesPerRequest: 0 }) : createClient({ url: REDIS_URL });
redis.on('error', () => undefined);
if (CLIENT !== 'ioredis') await redis.connect();

const app = express();
app.use(
  frontierToken({
    issuer: ISSUER,
    credentialStore: store,
    keyStore,
    replayStore: new RedisReplayStore(redis),
    accessTokenLifetime: 60,
    storeTimeout: 3000,
    // Each assertion is presented twice, all from one address: half of them fail.
    rateLimit: false,
  }),
);
app.get('/guarded', requireAccessToken({ issuer: ISSUER, keyStore }), (req, res) => {
  res.json({ sub: req.auth.payload.sub });
});

const server = app.listen(0, '127.0.0.1', () => process.send({ type: 'listening', port: server.address().port }));
process.once('SIGTERM', () => {
  server.close(async () => {
    keyStore.close();
    await Promise.allSettled([db.destroy(), redis.quit()]);
    process.exit(0);
  });
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), 8000).unref();
});
// The first account is the spec's to make: by a message, through the same store.
process.on('message', async ({ make }) => {
  if (!make) return;
  const accounts = new ServiceAccounts(store, { issuer: ISSUER });
  const robot = await accounts.create({ title: 'robot', scopes: ['a', 'b'] });
  const secret = await accounts.createSecret(robot.id);
  const key = await accounts.createKey(robot.id, { alg: 'ES256' });
  process.send({ type: 'made', secret, key });
});
