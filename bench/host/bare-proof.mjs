import { createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import { clientAt, sha256 } from './clients.mjs';

/**
 * The least that proves a client, by scenario: one SHA-256 compared, or one signature checked. No OAuth rules and no
 * store: there is one client.
 *
 * @returns a function of the request's headers and form, true where the proof is good
 */
export function bareProof({ scenario, accountKey }) {
  const expected = sha256(clientAt(0).secret);
  const proves = (secret) => timingSafeEqual(sha256(secret), expected);
  if (scenario === 'body') return (headers, form) => proves(form.client_secret);
  if (scenario === 'basic') return ({ authorization }) => proves(basicSecret(authorization));
  const key = { key: createPublicKey({ key: accountKey, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
  return (headers, { assertion }) => {
    const dot = assertion.lastIndexOf('.');
    const signed = Buffer.from(assertion.slice(0, dot));
    if (!verify('sha256', signed, key, Buffer.from(assertion.slice(dot + 1), 'base64url'))) return false;
    const payload = JSON.parse(Buffer.from(assertion.split('.')[1], 'base64url').toString());
    return payload.exp > Date.now() / 1000;
  };
}

function basicSecret(authorization) {
  const decoded = Buffer.from(authorization.slice('Basic '.length), 'base64').toString();
  return decoded.slice(decoded.indexOf(':') + 1);
}
