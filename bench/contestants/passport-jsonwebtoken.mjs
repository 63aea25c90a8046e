import { createPrivateKey, createPublicKey } from 'node:crypto';
import express from 'express';
import jwt from 'jsonwebtoken';
import { clientAt, Clients, ISSUER, PATH } from '../host/clients.mjs';
import { passportOver } from '../host/passport-clients.mjs';
import { PING, pong } from '../host/pong.mjs';
import { claimsOf, thumbprint, tokenResponse } from '../host/tokens.mjs';

/** What a host writes by hand: passport's strategies, and jsonwebtoken, which signs on the event loop. Keys are parsed once. */
export function handler(task) {
  const { scenario, alg, privateKey } = task;
  const key = createPrivateKey(privateKey);
  const header = { kid: thumbprint(privateKey), typ: 'at+jwt' };
  const authenticate =
    scenario === 'jwt-bearer'
      ? assertionProver(task)
      : passportOver(new Clients(task.accounts)).authenticate(scenario, { session: false });
  const app = express();
  app.post(PATH, express.urlencoded(), authenticate, (req, res) => {
    res.json(tokenResponse(jwt.sign(claimsOf(req.user), key, { algorithm: alg, header })));
  });
  app.get(PING, pong);
  return app;
}

/** Without a memory of assertions that were used. */
function assertionProver({ alg, accountKey }) {
  const key = createPublicKey({ key: accountKey, format: 'jwk' });
  const client = clientAt(0);
  const rules = { algorithms: [alg], audience: ISSUER, issuer: client.accountId };
  return (req, res, next) => {
    try {
      jwt.verify(req.body.assertion, key, rules);
    } catch {
      return res.status(401).json({ error: 'invalid_grant' });
    }
    req.user = client;
    next();
  };
}
