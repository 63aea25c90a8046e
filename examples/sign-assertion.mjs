// Prints a fresh assertion (RFC 7523) for an RSA key file: node sign-assertion.mjs KEY-FILE [AUDIENCE]
// AUDIENCE is the issuer or its token endpoint; left out: the token endpoint that the key file names.
// Nothing but Node: this is all that a client has to do.
import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [, , file, aud] = process.argv;
if (file === undefined) {
  console.error('usage: node sign-assertion.mjs KEY-FILE [AUDIENCE]');
  process.exit(2);
}
const { kid, principal_id: account, private_key: pem, token_uri } = JSON.parse(readFileSync(file, 'utf8'));

const now = Math.floor(Date.now() / 1000);
const header = { alg: 'RS256', typ: 'JWT', kid };
const claims = { iss: account, sub: account, aud: aud ?? token_uri, iat: now, exp: now + 300, jti: randomUUID() };
const input = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
console.log(`${input}.${sign('sha256', Buffer.from(input), createPrivateKey(pem)).toString('base64url')}`);
