import { createPrivateKey, createPublicKey, randomUUID, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { ISSUER, LIFETIME, SCOPE, sha256 } from './clients.mjs';

const signInPool = promisify(sign);

/**
 * Makes access tokens as a host would that wants them fast: signed in libuv's pool, with a key that is parsed once. For
 * the servers that leave it to the host, so that they are measured at their best.
 */
export function tokenMaker({ alg, privateKey }) {
  const key = { key: createPrivateKey(privateKey), dsaEncoding: 'ieee-p1363' };
  const header = base64url({ alg, kid: thumbprint(privateKey), typ: 'at+jwt' });
  return {
    /** The token without its signature. */
    unsigned: (claims) => `${header}.${base64url(claims)}`,
    async sign(unsigned) {
      const signature = await signInPool('sha256', Buffer.from(unsigned), key);
      return `${unsigned}.${signature.toString('base64url')}`;
    },
    make(claims) {
      return this.sign(this.unsigned(claims));
    },
  };
}

/** RFC 9068 §2.2, as the package has them. */
export function claimsOf({ id, accountId }) {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: ISSUER,
    sub: accountId,
    aud: ISSUER,
    client_id: id,
    iat: now,
    nbf: now,
    exp: now + LIFETIME,
    jti: randomUUID(),
    scope: SCOPE,
  };
}

/** Which of a client's ids claimsOf puts where: see contestants/registry.mjs. */
export const usualIds = { sub: 'accountId', client_id: 'id' };

/** RFC 6749 §5.1. */
export function tokenResponse(token) {
  return { access_token: token, token_type: 'Bearer', expires_in: LIFETIME, scope: SCOPE };
}

/** RFC 7638 */
export function thumbprint(privateKey) {
  const { crv, e, kty, n, x, y } = createPublicKey(privateKey).export({ format: 'jwk' });
  return sha256(JSON.stringify(kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y })).toString('base64url');
}

function base64url(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
