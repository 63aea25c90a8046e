import { bareProof } from '../host/bare-proof.mjs';
import { clientAt, PATH } from '../host/clients.mjs';
import { PING, pong } from '../host/pong.mjs';
import { claimsOf, tokenMaker, tokenResponse, usualIds } from '../host/tokens.mjs';

/** One payload, made at the start: with RS256 one token. */
export const claims = () => ({ ids: usualIds, constant: true });

/** As bare-express, without Express: what there is to win at most. */
export function handler(task) {
  const proves = bareProof(task);
  const tokens = tokenMaker(task);
  const unsigned = tokens.unsigned(claimsOf(clientAt(0)));

  async function answer(req, res, text) {
    const form = Object.fromEntries(new URLSearchParams(text));
    if (!proves(req.headers, form)) return send(res, 401, { error: 'invalid_client' });
    send(res, 200, tokenResponse(await tokens.sign(unsigned)));
  }

  return (req, res) => {
    if (req.url === PING) return pong(req, res);
    if (req.url !== PATH) return send(res, 404, {});
    let text = '';
    req.setEncoding('utf8');
    req.on('data', (chunk) => (text += chunk));
    req.on('end', () => answer(req, res, text).catch(() => send(res, 500, {})));
  };
}

function send(res, status, body) {
  const text = JSON.stringify(body);
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  res.end(text);
}
