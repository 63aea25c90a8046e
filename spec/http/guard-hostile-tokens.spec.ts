import { createHmac, createSecretKey } from 'node:crypto';
import express from 'express';
import { requireAccessToken } from 'frontier-token';
import { SignJWT } from 'jose';
import request from 'supertest';
import { base64url, inSeconds, issuer, keyStoreOf, TestKey } from '../support/tokens.js';

describe('requireAccessToken refuses a token', () => {
  const key = new TestKey('rsa', 'RS256');
  const reached = jest.fn();
  const reasons: (string | undefined)[] = [];
  const onEvent = ({ reason }: { reason?: string }) => void reasons.push(reason);
  const app = express().use(requireAccessToken({ issuer, keyStore: keyStoreOf(key), onEvent }), (_req, res) => {
    reached();
    res.sendStatus(200);
  });

  const expectRefusal = async (token: string, reason: string) => {
    const answer = await request(app).get('/').set('Authorization', `Bearer ${token}`);
    expect(answer.status).toBe(401);
    expect(answer.body.error).toBe('invalid_token');
    expect(answer.headers['www-authenticate']).toContain('error="invalid_token"');
    expect(reasons.at(-1)).toBe(reason);
  };
  const withHeader = (members: object) => key.forge({ header: JSON.stringify({ ...key.header(), ...members }) });
  const withClaims = (members: object) => key.forge({ payload: JSON.stringify({ ...key.claims(), ...members }) });
  const rawClaim = (member: string) =>
    key.forge({ payload: JSON.stringify(key.claims()).replace(/}$/, `,${member}}`) });

  afterEach(() => expect(reached).not.toHaveBeenCalled());

  it.each(['none', 'None', 'NONE', '', 'HS256', 'RS1', 'EdDSA', 'ES256', null, 7, ['RS256'], { RS256: true }])(
    'whose alg is %j',
    async (alg) => {
      await expectRefusal(withHeader({ alg }), 'token_algorithm');
    },
  );

  it('with alg none and no signature', async () => {
    const [header, payload] = withHeader({ alg: 'none' }).split('.');
    await expectRefusal(`${header}.${payload}.`, 'token_algorithm');
  });

  it('with the right alg and no signature', async () => {
    const [header, payload] = key.forge({}).split('.');
    await expectRefusal(`${header}.${payload}.`, 'token_signature');
  });

  it('signed with HS256 and the public key for a secret', async () => {
    const pem = key.pair.publicKey.export({ type: 'spki', format: 'pem' });
    const der = key.pair.publicKey.export({ type: 'spki', format: 'der' });
    for (const secret of [Buffer.from(pem), Buffer.from(pem.toString().trim()), der]) {
      const jwt = new SignJWT(key.claims()).setProtectedHeader({ alg: 'HS256', kid: 'rsa', typ: 'at+jwt' });
      await expectRefusal(await jwt.sign(createSecretKey(secret)), 'token_algorithm');
    }
  });

  it('that says RS256 and is signed with HMAC', async () => {
    const data = key.forge({}).split('.').slice(0, 2).join('.');
    const pem = key.pair.publicKey.export({ type: 'spki', format: 'pem' });
    await expectRefusal(`${data}.${createHmac('sha256', pem).update(data).digest('base64url')}`, 'token_signature');
  });

  it('of another key under the same kid', async () => {
    await expectRefusal(await new TestKey('rsa', 'RS256').token(), 'token_signature');
  });

  it('whose key comes with it or is named by URL', async () => {
    const stranger = new TestKey('rsa', 'RS256');
    const jku = 'https://attacker.example.com/jwks.json';
    for (const members of [{ jwk: stranger.publicJwk }, { jku }, { x5u: jku }, { x5c: ['MIIB'] }]) {
      const header = JSON.stringify({ ...stranger.header(), ...members });
      await expectRefusal(stranger.forge({ header }), 'token_signature');
      await expectRefusal(
        stranger.forge({ header: header.replace('"kid":"rsa"', '"kid":"other"') }),
        'token_key_unknown',
      );
    }
  });

  it.each([['exp'], ['b64'], [], 'exp', null, {}, true].map((crit) => ({ crit })))('with %j', async ({ crit }) => {
    await expectRefusal(withHeader({ crit }), 'token_critical_header');
  });

  it('with b64 false, though signed so', async () => {
    await expectRefusal(withHeader({ b64: false }), 'token_critical_header');
  });

  it.each([undefined, null, 7, '', true, ['rsa'], { rsa: true }])('whose kid is %j', async (kid) => {
    await expectRefusal(withHeader({ kid }), 'token_without_kid');
  });

  it.each(['other', 'RSA', 'rsa ', '__proto__', 'constructor', '../rsa', 'x'.repeat(4000), '\0'])(
    'whose kid is unknown: %j',
    async (kid) => {
      await expectRefusal(withHeader({ kid }), 'token_key_unknown');
    },
  );

  it.each([undefined, 'JWT', 'at', 'jwt+at', 'at+jwt ', 'application/jwt', 'logout+jwt', '', null, 7, ['at+jwt']])(
    'whose typ is %j',
    async (typ) => {
      await expectRefusal(withHeader({ typ }), 'token_type');
    },
  );

  it.each([undefined, null, true, '9999999999', [9999999999], {}])('whose exp is %j', async (exp) => {
    await expectRefusal(withClaims({ exp }), 'token_no_expiry');
  });

  it('whose exp or nbf is no finite number', async () => {
    await expectRefusal(rawClaim('"exp":1e999'), 'token_no_expiry');
    await expectRefusal(rawClaim('"nbf":-1e999'), 'token_not_yet_valid');
    await expectRefusal(rawClaim('"nbf":"0"'), 'token_not_yet_valid');
  });

  it('that expired, or is not valid yet', async () => {
    await expectRefusal(withClaims({ exp: inSeconds(-31) }), 'token_expired');
    await expectRefusal(withClaims({ nbf: inSeconds(40) }), 'token_not_yet_valid');
  });

  it.each([undefined, null, 7, '', `${issuer}/`, issuer.toUpperCase(), 'https://api.example.com.evil.com', [issuer]])(
    'whose iss is %j',
    async (iss) => {
      await expectRefusal(withClaims({ iss }), 'token_issuer');
    },
  );

  it.each([
    { sub: undefined },
    { sub: 7 },
    { client_id: [] },
    { jti: 1 },
    { iat: '1' },
    { iat: null },
    { jti: null },
    { scope: ['a'] },
  ])('with claims that no code behind the guard expects: %j', async (claims) => {
    await expectRefusal(withClaims(claims), 'token_claims');
  });

  it('whose members come twice: the last one counts, for the checks and for the signature', async () => {
    const header = '"kid":"rsa","typ":"at+jwt"';
    await expectRefusal(key.forge({ header: `{"alg":"RS256",${header},"alg":"none"}` }), 'token_algorithm');
    await expectRefusal(key.forge({ header: `{"alg":"RS256",${header},"kid":"other"}` }), 'token_key_unknown');
    await expectRefusal(rawClaim('"exp":1'), 'token_expired');
    await expectRefusal(rawClaim('"iss":"https://other.example.com"'), 'token_issuer');
  });

  it('spelled otherwise than it was made', async () => {
    const token = key.forge({});
    const [header = '', payload = '', signature = ''] = token.split('.');
    const spellings = [
      `${token}=`,
      `${header}=.${payload}.${signature}`,
      `${header}.${payload} .${signature}`,
      `${token} ${token}`,
      `${token},`,
      `"${token}"`,
      `${token}.`,
      `${token}.${signature}`,
      `.${payload}.${signature}`,
      `${header}.${payload}`,
      `${header}.${payload}.${signature.slice(0, -1)}${strayBits(signature)}`,
      signature.includes('-') || signature.includes('_')
        ? `${header}.${payload}.${signature.replaceAll('-', '+').replaceAll('_', '/')}`
        : `${header}.${payload}.${signature}+`,
    ];
    for (const spelling of spellings) await expectRefusal(spelling, 'token_malformed');
  });

  it.each(['', 'x', '.', '..', '...', 'a.b.c', 'null.null.null'])('that is no JWT: %j', async (token) => {
    await expectRefusal(token, 'token_malformed');
  });

  it.each(['null', '[]', '7', '"text"', '{', '{"a":1}}', '\ufeff{}', '', '[['.repeat(2000)])(
    'whose parts are no JSON objects: %#',
    async (json) => {
      await expectRefusal(key.forge({ header: json }), 'token_malformed');
      await expectRefusal(key.forge({ payload: json }), 'token_malformed');
    },
  );

  it('whose bytes are no UTF-8', async () => {
    const [, payload, signature] = key.forge({}).split('.');
    const header = Buffer.from('7b22616c67223a22ff227d', 'hex').toString('base64url');
    await expectRefusal(`${header}.${payload}.${signature}`, 'token_malformed');
  });

  it('that was cut, or changed anywhere', async () => {
    const token = key.forge({});
    const [header, , signature] = token.split('.');
    await expectRefusal(token.slice(0, -6), 'token_signature');
    const payload = base64url(JSON.stringify({ ...key.claims(), sub: 'admin' }));
    await expectRefusal(`${header}.${payload}.${signature}`, 'token_signature');
  });

  it('that is as long as a header can be', async () => {
    await expectRefusal('x'.repeat(15_000), 'token_malformed');
    await expectRefusal(withHeader({ typ: 'at+jwt', filler: 'x'.repeat(9000), alg: 'none' }), 'token_algorithm');
  });
});

/** The last character of a base64url text, with a bit set that no byte holds. */
function strayBits(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet.charAt(alphabet.indexOf(text.slice(-1)) + 1);
}
