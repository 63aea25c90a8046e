import type { JsonWebKey } from 'frontier-token';
import { RedisReplayStore } from 'frontier-token/redis';
import { SqlKeyStore, SqlStore } from 'frontier-token/sql';
import { testIssuer } from 'frontier-token/testing';
import { Kysely, type Dialect } from 'kysely';

declare const dialect: Dialect;
const db = new Kysely<unknown>({ dialect });

// @ts-expect-error a dialect is no Kysely
new SqlStore(dialect);
// @ts-expect-error an unknown option
new SqlStore(db, { prefix: 'x_' });
// @ts-expect-error the encryption key is required
await SqlKeyStore.open(db, {});
// @ts-expect-error a key store is opened, not constructed
new SqlKeyStore(db);
// @ts-expect-error an algorithm of JOSE's, but none that signs here
await SqlKeyStore.open(db, { encryptionKey: Buffer.alloc(32), alg: 'HS256' });
// @ts-expect-error a database is no Redis client
new RedisReplayStore(db);
// @ts-expect-error the issuer is a URL
await testIssuer({ issuer: 1 });
// @ts-expect-error a JWK is an object, whatever Node's types call it
export const jwk: JsonWebKey = 42;
