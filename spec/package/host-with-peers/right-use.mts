import { frontierToken, type CredentialStore, type KeyStore, type ReplayStore } from 'frontier-token';
import { RedisReplayStore } from 'frontier-token/redis';
import { FrontierDatabase, SqliteFile, SqlKeyStore, SqlStore } from 'frontier-token/sql';
import {
  credentialStoreContract,
  replayStoreContract,
  serviceAccountStoreContract,
  testIssuer,
} from 'frontier-token/testing';
import { Redis } from 'ioredis';
import { Kysely, SqliteDialect } from 'kysely';
import { createClient, createCluster } from 'redis';

const dialect = new SqliteDialect({ database: () => SqliteFile.open('frontier-token.db') });
// Kysely's types differ by what tables the host has: any will do.
const untyped = new Kysely<unknown>({ dialect });
const typed = new Kysely<{ orders: { id: number; at: Date } }>({ dialect });

const store = new SqlStore(typed, { tablePrefix: 'frontier_token_' });
await store.migrate();
const keyStore = await SqlKeyStore.open(untyped, {
  encryptionKey: Buffer.alloc(32),
  alg: 'ES256',
  rotateAfter: 86_400,
  publishAhead: 3600,
  keepFor: 86_400,
  onEvent: ({ type, time, kid, cause }) => console.log(type, time.toISOString(), kid, cause),
});
await keyStore.rotate();
await keyStore.rotate({ immediately: true });
keyStore.close();

const legacy: CredentialStore = new FrontierDatabase(typed);
const keys: KeyStore = keyStore;
const replay: ReplayStore[] = [
  store,
  new RedisReplayStore(createClient(), { prefix: 'jti:' }),
  new RedisReplayStore(createCluster({ rootNodes: [] })),
  new RedisReplayStore(new Redis({ lazyConnect: true })),
];
const issuer = 'https://issuer.test';
for (const replayStore of replay) frontierToken({ issuer, credentialStore: legacy, keyStore: keys, replayStore });

for (const { title, run } of [
  ...replayStoreContract(() => new RedisReplayStore(createClient())),
  ...serviceAccountStoreContract(async () => store),
  ...credentialStoreContract(async ({ accounts, credentials }) => {
    for (const account of accounts) await store.createAccount(account);
    for (const credential of credentials) await store.createCredential(credential);
    return store;
  }),
]) {
  const rule: [string, () => Promise<void>] = [title, run];
  console.log(rule);
}

const test = await testIssuer({ issuer });
const token: string = await test.token({ sub: 'robot', scopes: ['a'], claims: { tenant: 1 }, lifetime: -1 });
console.log(token, test.accounts, test.router, test.keyStore);
