import { timingSafeEqual } from 'node:crypto';
import express from 'express';
import { clientAt, PATH, sha256 } from '../host/clients.mjs';
import { PING, pong } from '../host/pong.mjs';
import { openPool } from '../host/postgres.mjs';
import { claimsOf, tokenMaker, tokenResponse, usualIds } from '../host/tokens.mjs';

/** One payload, made at the start: with RS256 one token. */
export const claims = () => ({ ids: usualIds, constant: true });

/** As bare-express, but that it asks PostgreSQL for the client: the query that SqlStore makes, and no other. */
const QUERY = `
  select credential.*,
    owner.id as owner_id, owner.title as owner_title, owner.org_id as owner_org_id, owner.state as owner_state,
    owner.scopes as owner_scopes, owner.metadata as owner_metadata, owner.created_at as owner_created_at
  from frontier_token_credentials as credential
  left join frontier_token_accounts as owner on owner.id = credential.account_id
  where credential.id = $1`;

export function handler({ database, ...task }) {
  const pool = openPool(database);
  const tokens = tokenMaker(task);
  const unsigned = tokens.unsigned(claimsOf(clientAt(0)));
  const app = express();
  app.post(PATH, express.urlencoded(), async (req, res) => {
    const { rows } = await pool.query(QUERY, [req.body.client_id]);
    const expected = Buffer.from(rows[0].secret_hash.slice('sha256$'.length), 'base64url');
    if (!timingSafeEqual(sha256(req.body.client_secret), expected)) {
      return res.status(401).json({ error: 'invalid_client' });
    }
    res.json(tokenResponse(await tokens.sign(unsigned)));
  });
  app.get(PING, pong);
  return app;
}
