import express from 'express';
import { Kysely, PostgresDialect } from 'kysely';
import { frontierToken, StaticKeyStore } from '../../dist/index.mjs';
import { SqlStore } from '../../dist/sql/index.mjs';
import { ISSUER } from '../host/clients.mjs';
import { PING, pong } from '../host/pong.mjs';
import { openPool } from '../host/postgres.mjs';

/** This package over PostgreSQL, for sql.mjs, which has filled the tables. */
export async function handler({ alg, privateKey, database }) {
  const store = new SqlStore(new Kysely({ dialect: new PostgresDialect({ pool: openPool(database) }) }));
  const keyStore = await StaticKeyStore.fromPem(privateKey, { alg });
  const app = express();
  app.use(frontierToken({ issuer: ISSUER, credentialStore: store, keyStore }));
  app.get(PING, pong);
  return app;
}
