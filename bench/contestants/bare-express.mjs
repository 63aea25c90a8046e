import express from 'express';
import { bareProof } from '../host/bare-proof.mjs';
import { clientAt, PATH } from '../host/clients.mjs';
import { PING, pong } from '../host/pong.mjs';
import { claimsOf, tokenMaker, tokenResponse, usualIds } from '../host/tokens.mjs';

/** One payload, made at the start: with RS256 one token. */
export const claims = () => ({ ids: usualIds, constant: true });

/** What a host would write that wants nothing but speed: Express's parser, one proof, the same bytes signed each time. */
export function handler(task) {
  const proves = bareProof(task);
  const tokens = tokenMaker(task);
  const unsigned = tokens.unsigned(claimsOf(clientAt(0)));
  const app = express();
  app.post(PATH, express.urlencoded(), async (req, res) => {
    if (!proves(req.headers, req.body)) return res.status(401).json({ error: 'invalid_client' });
    res.json(tokenResponse(await tokens.sign(unsigned)));
  });
  app.get(PING, pong);
  return app;
}
