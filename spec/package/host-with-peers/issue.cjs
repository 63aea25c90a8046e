/** A whole host on SQLite, with the subpaths as this module system gives them. Prints what came of it. */
module.exports = async (
  express,
  { frontierToken, ServiceAccounts },
  { SqliteFile, SqlStore, SqlKeyStore },
  { testIssuer },
  kysely,
) => {
  const database = await SqliteFile.open(':memory:');
  const db = new kysely.Kysely({ dialect: new kysely.SqliteDialect({ database }) });
  const store = new SqlStore(db);
  await store.migrate();
  const keyStore = await SqlKeyStore.open(db, { encryptionKey: Buffer.alloc(32), alg: 'ES256' });
  const issuer = 'https://issuer.test';
  const accounts = new ServiceAccounts(store, { issuer });
  const { id } = await accounts.create();
  const { clientId, clientSecret } = await accounts.createSecret(id);
  const server = express()
    .use(frontierToken({ issuer, credentialStore: store, keyStore }))
    .listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  });
  const { status } = await fetch(`http://127.0.0.1:${server.address().port}/v1beta1/auth/token`, {
    method: 'POST',
    body,
  });
  const token = await (await testIssuer({ issuer })).token();
  console.log(JSON.stringify({ status, parts: token.split('.').length }));
  keyStore.close();
  server.close();
  server.closeAllConnections();
  await db.destroy();
};
