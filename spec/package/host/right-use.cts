import express = require('express');
import frontier = require('frontier-token');
import type { KeyStore, TokenEvent } from 'frontier-token';

const issuer = 'https://issuer.test';
const store: frontier.MemoryStore = new frontier.MemoryStore();

async function host(): Promise<express.Express> {
  const keyStore: KeyStore = await frontier.StaticKeyStore.generate({ alg: 'RS256' });
  const app = express();
  app.use(
    frontier.frontierToken({
      issuer,
      credentialStore: store,
      keyStore,
      onEvent: (event: TokenEvent) => {
        console.log(event.type);
      },
    }),
  );
  app.get('/reports', frontier.requireAccessToken({ issuer, keyStore }), (req, res) => {
    res.json(req.auth?.payload);
  });
  return app;
}

export = host;
