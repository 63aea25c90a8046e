import { verify } from 'node:crypto';
import { clientAt } from '../host/clients.mjs';

/**
 * Checks answers: a token of type Bearer that `publicKey` (PEM) verifies, of the client that asked, not yet expired.
 *
 * @returns for the answers of one turn, given what a contestant's tokens claim (see contestants/registry.mjs): a
 *   function of an answer's body and the number of the client that asked, which throws where it is no such token, or
 *   where its `jti` has been seen
 */
export function answerChecker(alg, publicKey) {
  const key = { key: publicKey, dsaEncoding: 'ieee-p1363' };
  return ({ ids, constant }) => {
    const seen = new Set();
    let last;
    return (body, number) => {
      // What is constant needs no second look.
      if (constant && body === last) return;
      const payload = verified(body, alg, key);
      const client = clientAt(constant ? 0 : number);
      const strange = Object.keys(ids).find((claim) => payload[claim] !== client[ids[claim]]);
      if (strange) throw new Error(`the token's ${strange} is not the client's: ${body}`);
      if (!(payload.exp > Date.now() / 1000)) throw new Error(`an expired token, or one without exp: ${body}`);
      if (typeof payload.jti !== 'string') throw new Error(`a token without jti: ${body}`);
      if (!constant && seen.has(payload.jti)) throw new Error(`a jti for the second time: ${body}`);
      seen.add(payload.jti);
      last = body;
    };
  };
}

/** @returns the token's payload */
function verified(body, alg, key) {
  const { access_token: token, token_type: type } = JSON.parse(body);
  const [header, payload, signature] = token.split('.');
  const good = verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'));
  if (!good || parsed(header).alg !== alg || type !== 'Bearer') throw new Error(`no good token: ${body}`);
  return parsed(payload);
}

function parsed(part) {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}
