// What a host does with the package, whichever way it got it: issues a token and takes it on a guarded route.
module.exports = async function issue(express, frontier) {
  const { frontierToken, requireAccessToken, MemoryStore, ServiceAccounts, StaticKeyStore } = frontier;
  const issuer = 'https://issuer.test';
  const store = new MemoryStore();
  const keyStore = await StaticKeyStore.generate({ alg: 'ES256' });
  const accounts = new ServiceAccounts(store, { issuer });
  const account = await accounts.create({ scopes: ['reports:read'] });
  const { clientId, clientSecret } = await accounts.createSecret(account.id);

  const app = express();
  app.use(frontierToken({ issuer, credentialStore: store, keyStore }));
  app.get('/reports', requireAccessToken({ issuer, keyStore, scopes: ['reports:read'] }), (req, res) => {
    res.json({ sub: req.auth.payload.sub });
  });

  const server = app.listen(0);
  await new Promise((resolve) => server.once('listening', resolve));
  const base = `http://localhost:${server.address().port}`;
  const issued = await fetch(`${base}/v1beta1/auth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    }),
  });
  const { access_token: token } = await issued.json();
  const guarded = await fetch(`${base}/reports`, { headers: { authorization: `Bearer ${token}` } });
  const { sub } = await guarded.json();
  const bare = await fetch(`${base}/reports`);
  server.close();
  server.closeAllConnections();
  console.log(
    JSON.stringify({
      issued: issued.status,
      guarded: guarded.status,
      sameAccount: sub === account.id,
      withoutToken: bare.status,
    }),
  );
};
