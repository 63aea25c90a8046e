import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { clientAt, ISSUER, JWT_BEARER, PATH } from '../host/clients.mjs';

const signInPool = promisify(sign);

/**
 * Makes the requests of a turn, as they go over the wire.
 *
 * @returns a function that resolves to one of the request with a number, from 0: its text and the number of the client
 *   that asks; undefined behind the last
 */
export function requestMaker({ scenario, alg, accountPrivateKey }) {
  if (scenario === 'jwt-bearer') return assertions(alg, createPrivateKey(accountPrivateKey));
  const byPort = new Map();
  return async ({ port, accounts, requests: kept }) => {
    if (!byPort.has(port)) byPort.set(port, withSecrets(scenario, port, accounts, kept));
    const requests = byPort.get(port);
    // Strides through all accounts, however few of them a turn reaches.
    return (number) => requests[(number * 7919) % requests.length];
  };
}

function withSecrets(scenario, port, accounts, kept) {
  return Array.from({ length: kept }, (_, index) => {
    const number = index % accounts;
    const { id, secret } = clientAt(number);
    if (scenario === 'body') {
      const form = { grant_type: 'client_credentials', client_id: id, client_secret: secret };
      return { client: number, text: request(port, form) };
    }
    const basic = Buffer.from(`${id}:${secret}`).toString('base64');
    const text = request(port, { grant_type: 'client_credentials' }, `Authorization: Basic ${basic}\r\n`);
    return { client: number, text };
  });
}

/** Assertions can be used once: each turn has new ones. Some servers ask for a `client_id` beside it: all get one. */
function assertions(alg, privateKey) {
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' };
  const { accountId, id, keyId } = clientAt(0);
  const header = base64url({ alg, kid: keyId, typ: 'JWT' });
  const assertion = async () => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: accountId, sub: accountId, aud: ISSUER, iat: now, exp: now + 300, jti: randomUUID() };
    const unsigned = `${header}.${base64url(claims)}`;
    const signature = await signInPool('sha256', Buffer.from(unsigned), key);
    return `${unsigned}.${signature.toString('base64url')}`;
  };
  return async ({ port, count }) => {
    const made = await Promise.all(Array.from({ length: count }, assertion));
    const textWith = (proof) => request(port, { grant_type: JWT_BEARER, client_id: id, assertion: proof });
    return (number) => made[number] && { client: 0, text: textWith(made[number]) };
  };
}

function request(port, form, headers = '') {
  const body = new URLSearchParams(form).toString();
  return (
    `POST ${PATH} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${headers}` +
    `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}

function base64url(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
