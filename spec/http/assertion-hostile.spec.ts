import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import express from 'express';
import { requireAccessToken } from 'frontier-token';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { createServer } from 'node:http';
import { certificate } from '../support/certificate.js';
import {
  assertion,
  byAssertion,
  bySecret,
  ISSUER,
  issuer,
  JWT_BEARER,
  keyPair,
  TOKEN_PATH,
  verified,
  type Issuer,
} from '../support/issuer.js';

const base64url = (data: string | Buffer) => Buffer.from(data).toString('base64url');
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

let host: Issuer;
let privateKey: KeyObject;
let publicKey: KeyObject;
let rsa: { kid: string; pair: { publicKey: KeyObject; privateKey: KeyObject } };

beforeAll(async () => {
  host = await issuer({ rateLimit: false });
  privateKey = createPrivateKey(host.key.private_key);
  publicKey = createPublicKey(privateKey);
  const pair = readBack(generateKeyPairSync('rsa', { modulusLength: 2048 }));
  const added = await host.accounts.addPublicKey(host.robot.id, pair.publicKey.export({ format: 'jwk' }));
  rsa = { kid: added.kid, pair };
});

/** The members of a header and of claims that pass every rule, to be spoiled. */
const header = (members: object = {}) => JSON.stringify({ alg: 'ES256', kid: host.key.kid, ...members });
const claims = (members: object = {}) =>
  JSON.stringify({ iss: host.robot.id, sub: host.robot.id, aud: ISSUER, exp: inSeconds(60), ...members });

/** One JWS of any texts or bytes, signed with the key that the store knows. */
function forged(head: string | Buffer = header(), payload: string | Buffer = claims(), key = privateKey): string {
  const data = `${base64url(head)}.${base64url(payload)}`;
  return `${data}.${base64url(sign('sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' }))}`;
}

async function expectAccepted(jwt: string): Promise<void> {
  const { status, body } = await byAssertion(host, jwt);
  expect(status).toBe(200);
  const { payload } = await verified(host.app, body.access_token);
  expect(payload.sub).toBe(host.robot.id);
}

/** 401: the client hears the same whatever failed; only the operator's event tells why, and it never holds the JWT. */
async function expectRefusal(jwt: string, reason: string): Promise<void> {
  const answer = await byAssertion(host, jwt);
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toBe(`Bearer realm="${ISSUER}"`);
  expect(answer.body).toEqual({
    code: 16,
    message: 'the assertion was not accepted',
    details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'INVALID_GRANT', domain: 'issuer.test' }],
    error: 'invalid_grant',
    error_description: 'the assertion was not accepted',
  });
  const event = host.events.at(-1);
  expect(event).toMatchObject({ type: 'token.denied', status: 401, error: 'invalid_grant', reason });
  for (const part of jwt.split('.').filter(Boolean)) expect(JSON.stringify(event)).not.toContain(part);
}

/** 400: what is no JWT at all. */
async function expectMalformed(jwt: string): Promise<void> {
  const answer = await byAssertion(host, jwt);
  expect(answer.status).toBe(400);
  expect(answer.headers).not.toHaveProperty('www-authenticate');
  const message = 'the assertion is not a JWT';
  expect(answer.body).toEqual({
    code: 3,
    message,
    details: [
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'INVALID_GRANT', domain: 'issuer.test' },
      {
        '@type': 'type.googleapis.com/google.rpc.BadRequest',
        fieldViolations: [{ field: 'assertion', description: message }],
      },
    ],
    error: 'invalid_grant',
    error_description: message,
  });
  const event = host.events.at(-1);
  expect(event).toMatchObject({
    type: 'token.denied',
    status: 400,
    error: 'invalid_grant',
    reason: 'assertion_malformed',
  });
  expect(event).not.toHaveProperty('credentialId');
}

describe('what is no JWT is 400:', () => {
  it.each<[string, (parts: [string, string, string]) => string]>([
    ['no dot', ([h, p, s]) => h + p + s],
    ['dots alone', () => '..'],
    ['two parts', ([h, p]) => `${h}.${p}`],
    ['four parts', ([h, p, s]) => `${h}.${p}.${s}.${s}`],
    ['a dot at the end', ([h, p, s]) => `${h}.${p}.${s}.`],
    ['a dot at the start', ([h, p, s]) => `.${h}.${p}.${s}`],
    ['an encrypted one of five parts', ([h, p, s]) => [h, s, s, p, s].join('.')],
    ['an empty header', ([, p, s]) => `.${p}.${s}`],
    ['an empty payload', ([h, , s]) => `${h}..${s}`],
    ['a detached payload', ([h, , s]) => `${h}..${s}`],
    ['padding', (parts) => parts.map((part) => part.padEnd(Math.ceil(part.length / 4) * 4, '=')).join('.')],
    ['one = at the end', ([h, p, s]) => `${h}.${p}.${s}=`],
    ['a + in the signature', ([h, p, s]) => `${h}.${p}.+${s.slice(1)}`],
    ['a / in the signature', ([h, p, s]) => `${h}.${p}./${s.slice(1)}`],
    ['a % in the signature', ([h, p, s]) => `${h}.${p}.%${s.slice(1)}`],
    ['a stray bit behind the signature', ([h, p, s]) => `${h}.${p}.${strayBit(s)}`],
    ['a single character for a signature', ([h, p]) => `${h}.${p}.A`],
    ['a space before', ([h, p, s]) => ` ${h}.${p}.${s}`],
    ['a space behind', ([h, p, s]) => `${h}.${p}.${s} `],
    ['a space within', ([h, p, s]) => `${h}. ${p}.${s}`],
    ['a line end behind', ([h, p, s]) => `${h}.${p}.${s}\n`],
    ['line ends within', ([h, p, s]) => `${h}.\r\n${p}.\r\n${s}`],
    ['a NUL behind', ([h, p, s]) => `${h}.${p}.${s}\0`],
    ['a letter outside ASCII', ([h, p, s]) => `${h}.${p}.${s}é`],
    ['quotes around it', ([h, p, s]) => `"${h}.${p}.${s}"`],
    ['its scheme before it', ([h, p, s]) => `Bearer ${h}.${p}.${s}`],
    ['two of them', ([h, p, s]) => `${h}.${p}.${s},${h}.${p}.${s}`],
    ['the JSON serialisation', ([h, p, s]) => JSON.stringify({ protected: h, payload: p, signature: s })],
    ['JSON that is not encoded', () => `${header()}.${claims()}.c2ln`],
    ['16,000 dots', () => '.'.repeat(16_000)],
  ])('%s', async (_what, spell) => {
    await expectMalformed(spell(forged().split('.') as [string, string, string]));
  });

  it.each([
    ['no JSON', 'text'],
    ['an array', '[{}]'],
    ['null', 'null'],
    ['a string', '"{}"'],
    ['a number', '7'],
    ['true', 'true'],
    ['cut', '{"alg":"ES256"'],
    ['two objects', '{}{}'],
    ['JSON with a comment', '{/**/}'],
    ['JSON with a comma too many', '{"exp":1,}'],
    ['JSON behind a byte order mark', '\ufeff{}'],
    ['bytes that are no UTF-8', Buffer.from('7b22616c67223a22ff227d', 'hex')],
    ['an overlong UTF-8 sequence', Buffer.from('7b2261223a22c0ae227d', 'hex')],
    ['a surrogate in UTF-8', Buffer.from('7b2261223a22eda080227d', 'hex')],
    ['UTF-16', Buffer.from('{}', 'utf16le')],
    ['a thousand brackets', '['.repeat(1000)],
  ])('a header or a payload that is %s', async (_what, bytes) => {
    await expectMalformed(forged(bytes));
    await expectMalformed(forged(header(), bytes));
  });

  it('a stray bit behind the header or the payload', async () => {
    const oddLength = 'x'.repeat(3);
    for (const at of [0, 1]) {
      // One of three lengths has no bits left to be stray.
      for (let length = 0; length < 3; length += 1) {
        const pad = { pad: oddLength.slice(0, length) };
        const parts = forged(header(pad), claims(pad)).split('.');
        if (parts[at]!.length % 4 === 0) continue;
        await expectMalformed(parts.map((part, index) => (index === at ? strayBit(part) : part)).join('.'));
      }
    }
  });

  it('in the Authorization header too', async () => {
    const answer = await request(host.app)
      .post(TOKEN_PATH)
      .set('Authorization', 'Bearer not.a.jwt')
      .type('form')
      .send({ grant_type: JWT_BEARER });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: 'invalid_grant' });
    expect(answer.body.details[1].fieldViolations).toMatchObject([{ field: 'assertion' }]);
  });
});

describe('the alg of the header', () => {
  it.each([
    'none',
    'None',
    'NONE',
    'nOnE',
    'none ',
    '',
    'ES256 ',
    'es256',
    'HS256',
    'EdDSA',
    'ES256K',
    'ES384',
    'RS256',
    'RS1',
  ])('%j is refused, with a signature and without', async (alg) => {
    const signed = forged(header({ alg }));
    await expectRefusal(signed, 'assertion_algorithm');
    await expectRefusal(signed.replace(/[^.]+$/, ''), 'assertion_algorithm');
  });

  it.each([
    [undefined],
    [null],
    [0],
    [true],
    [['ES256']],
    [{ ES256: true }],
    [{ toString: 'ES256' }],
    ['__proto__'],
    ['constructor'],
  ])('%j is refused', async (alg) => {
    await expectRefusal(forged(header({ alg })), 'assertion_algorithm');
  });

  it.each(['HS256', 'HS384', 'HS512'])(
    '%s is refused, keyed with the public key in every form that it has',
    async (alg) => {
      const { kid, pair } = rsa;
      for (const [key, id] of [
        [publicKey, host.key.kid],
        [pair.publicKey, kid],
      ] as const) {
        const pem = key.export({ type: 'spki', format: 'pem' }) as string;
        const jwk = key.export({ format: 'jwk' });
        const secrets = [
          pem,
          pem.trim(),
          pem.replaceAll('\n', ''),
          pem.replaceAll('\n', '\r\n'),
          key.export({ type: 'spki', format: 'der' }),
          JSON.stringify(jwk),
          Buffer.from(jwk.n ?? jwk.x!, 'base64url'),
          jwk.n ?? jwk.x!,
          id,
          '',
        ];
        for (const secret of secrets) {
          const data = `${base64url(header({ alg, kid: id }))}.${base64url(claims())}`;
          const mac = createHmac(alg.replace('HS', 'sha'), secret).update(data).digest();
          await expectRefusal(`${data}.${base64url(mac)}`, 'assertion_algorithm');
        }
      }
    },
  );

  it('that is right does not make an HMAC a signature', async () => {
    const data = `${base64url(header({ alg: 'RS256', kid: rsa.kid }))}.${base64url(claims())}`;
    const pem = rsa.pair.publicKey.export({ type: 'spki', format: 'pem' });
    const mac = createHmac('sha256', pem).update(data).digest();
    await expectRefusal(`${data}.${base64url(mac)}`, 'assertion_signature');
  });

  it('is the one that signed: RS256 is neither RS512 nor PS256', async () => {
    const signedAs = (alg: string, hash: string, padding?: number) => {
      const data = `${base64url(header({ alg, kid: rsa.kid }))}.${base64url(claims())}`;
      const key = { key: rsa.pair.privateKey, ...(padding === undefined ? {} : { padding }) };
      return `${data}.${base64url(sign(hash, Buffer.from(data), key))}`;
    };
    await expectAccepted(signedAs('RS256', 'sha256'));
    await expectRefusal(signedAs('RS256', 'sha512'), 'assertion_signature');
    await expectRefusal(signedAs('RS512', 'sha256'), 'assertion_signature');
    await expectRefusal(signedAs('PS256', 'sha256'), 'assertion_signature');
    await expectRefusal(signedAs('RS256', 'sha256', 6), 'assertion_signature');
  });
});

describe('a key that comes with the assertion', () => {
  const attacker = readBack(keyPair());
  const jwk = attacker.publicKey.export({ format: 'jwk' });
  const fetched: (string | undefined)[] = [];
  const server = createServer((req, res) => {
    fetched.push(req.url);
    res
      .setHeader('Content-Type', 'application/json')
      .end(JSON.stringify({ keys: [{ ...jwk, kid: host.key.kid, use: 'sig' }] }));
  });
  let url: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const members: [string, () => object][] = [
    ['as jwk', () => ({ jwk })],
    ['as jwk with the kid', () => ({ jwk: { ...jwk, kid: host.key.kid, alg: 'ES256' } })],
    ['as private jwk', () => ({ jwk: attacker.privateKey.export({ format: 'jwk' }) })],
    ['at jku', () => ({ jku: url })],
    ['at x5u', () => ({ x5u: url })],
    ['as x5c', () => ({ x5c: [certificate(attacker).toString('base64')] })],
    [
      'in all of them',
      () => ({ jwk, jku: url, x5u: url, x5c: [certificate(attacker).toString('base64')], 'x5t#S256': 'AAAA' }),
    ],
  ];

  it('may be a real certificate', () => {
    const { publicKey: certified } = new X509Certificate(certificate(attacker));
    expect(certified.equals(attacker.publicKey)).toBe(true);
    expect(new X509Certificate(certificate(attacker)).verify(attacker.publicKey)).toBe(true);
  });

  it.each(members)('%s is not trusted', async (_where, make) => {
    await expectRefusal(forged(header(make()), claims(), attacker.privateKey), 'assertion_signature');
    const kid = 'attacker';
    await expectRefusal(forged(header({ ...make(), kid }), claims(), attacker.privateKey), 'key_unknown');
    const nameless = header({ ...make(), kid: undefined });
    await expectRefusal(forged(nameless, claims(), attacker.privateKey), 'assertion_without_kid');
  });

  it.each(members)('%s is not looked at beside a good signature', async (_where, make) => {
    await expectAccepted(forged(header(make())));
  });

  it('is never fetched', () => {
    expect(fetched).toEqual([]);
  });
});

describe('crit', () => {
  it.each([
    [['exp']],
    [['b64']],
    [['alg']],
    [['http://example.com/extension']],
    [[]],
    [[7]],
    ['exp'],
    [null],
    [false],
    [{}],
  ])('of %j is refused', async (crit) => {
    await expectRefusal(forged(header({ crit, exp: inSeconds(60) })), 'assertion_critical_header');
  });

  it('in the claims is a claim', async () => {
    await expectAccepted(forged(header(), claims({ crit: ['exp'] })));
  });
});

describe('b64', () => {
  it('of false is refused, with crit and without, however it was signed', async () => {
    for (const members of [{ b64: false }, { b64: false, crit: ['b64'] }]) {
      await expectRefusal(forged(header(members)), 'assertion_critical_header');
      const signed = Buffer.from(`${base64url(header(members))}.${claims()}`);
      const signature = sign('sha256', signed, { key: privateKey, dsaEncoding: 'ieee-p1363' });
      const jws = `${base64url(header(members))}.${base64url(claims())}.${base64url(signature)}`;
      await expectRefusal(jws, 'assertion_critical_header');
    }
  });

  it.each([0, null, 'false', ''])('of %j is refused', async (b64) => {
    await expectRefusal(forged(header({ b64 })), 'assertion_critical_header');
  });
});

describe('of members that come twice the last one counts, for every check:', () => {
  const twice = (json: string, first: string, last: string) => `{${first},${json.slice(1, -1)},${last}}`;

  it.each<[string, () => string, string]>([
    ['alg', () => '"alg":"none"', 'assertion_algorithm'],
    ['alg, escaped', () => '"\\u0061lg":"none"', 'assertion_algorithm'],
    ['kid', () => '"kid":"other"', 'key_unknown'],
    ['kid of null', () => '"kid":null', 'assertion_without_kid'],
    ['kid of another key', () => `"kid":"${rsa.kid}"`, 'assertion_algorithm'],
  ])('%s in the header', async (_what, bad, reason) => {
    const good = header();
    await expectRefusal(forged(twice(good, '"a":1', bad())), reason);
    await expectAccepted(forged(twice(good, bad(), '"z":1')));
  });

  it.each<[string, () => string, string]>([
    ['iss', () => '"iss":"other"', 'assertion_issuer'],
    ['sub', () => '"sub":"other"', 'assertion_subject'],
    ['sub, escaped', () => '"\\u0073ub":"other"', 'assertion_subject'],
    ['aud', () => '"aud":"other"', 'assertion_audience'],
    ['exp', () => '"exp":1', 'assertion_expired'],
    ['exp of null', () => '"exp":null', 'assertion_no_expiry'],
    ['exp of 1e999', () => '"exp":1e999', 'assertion_no_expiry'],
    ['exp, far ahead', () => '"exp":9999999999', 'assertion_lifetime'],
    ['nbf', () => '"nbf":9999999999', 'assertion_not_yet_valid'],
    ['iat', () => '"iat":9999999999', 'assertion_issued_in_future'],
    ['jti of no string', () => '"jti":7', 'assertion_jti_malformed'],
  ])('%s in the payload', async (_what, bad, reason) => {
    const good = claims({ iat: inSeconds(0), nbf: inSeconds(0), jti: base64url(reason + bad()) });
    await expectRefusal(forged(header(), twice(good, '"a":1', bad())), reason);
    await expectAccepted(forged(header(), twice(good, bad(), '"z":1')));
  });

  it('jti in the payload, for the replay store too', async () => {
    await expectAccepted(forged(header(), twice(claims(), '"jti":"first"', '"jti":"last"')));
    await expectRefusal(forged(header(), claims({ jti: 'last' })), 'assertion_replayed');
    await expectAccepted(forged(header(), claims({ jti: 'first' })));
  });

  it('kid in the payload', async () => {
    const bare = JSON.stringify({ alg: 'ES256' });
    await expectAccepted(forged(bare, twice(claims(), '"kid":"other"', `"kid":"${host.key.kid}"`)));
    await expectRefusal(forged(bare, twice(claims(), `"kid":"${host.key.kid}"`, '"kid":"other"')), 'key_unknown');
  });
});

describe('a member named __proto__', () => {
  it.each<[string, () => [string, string], string]>([
    [
      'a kid',
      () => ['{"alg":"ES256","__proto__":{"kid":"%"}}'.replace('%', host.key.kid), claims()],
      'assertion_without_kid',
    ],
    [
      'an alg',
      () => ['{"kid":"%","__proto__":{"alg":"ES256"}}'.replace('%', host.key.kid), claims()],
      'assertion_algorithm',
    ],
    [
      'an exp',
      () => [header(), `{"iss":"${host.robot.id}","aud":"${ISSUER}","__proto__":{"exp":${inSeconds(60)}}}`],
      'assertion_no_expiry',
    ],
    [
      'an iss',
      () => [header(), `{"exp":${inSeconds(60)},"aud":"${ISSUER}","__proto__":{"iss":"${host.robot.id}"}}`],
      'assertion_issuer',
    ],
  ])('gives no assertion %s', async (_what, parts, reason) => {
    await expectRefusal(forged(...parts()), reason);
  });

  it('does no harm', async () => {
    await expectAccepted(forged(header(), claims().replace('{', '{"__proto__":{"polluted":1},"constructor":7,')));
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('an assertion of uncommon size', () => {
  it('may have a header of 30 KB', async () => {
    const filler = 'x'.repeat(30_000);
    await expectAccepted(forged(header({ filler })));
    await expectRefusal(forged(header({ filler, alg: 'none' })), 'assertion_algorithm');
  });

  it.each([
    ['arrays', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['objects', '{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000)],
  ])('may be thousands of %s deep', async (_what, deep) => {
    const nested = (json: string) => json.replace(/}$/, `,"deep":${deep}}`);
    await expectAccepted(forged(nested(header())));
    await expectAccepted(forged(header(), nested(claims())));
  });

  it('of more than 64 KiB is 413', async () => {
    const answer = await byAssertion(host, forged(header({ filler: 'x'.repeat(60_000) })));
    expect(answer.status).toBe(413);
    expect(answer.body).toMatchObject({ code: 3, error: 'invalid_request' });
  });

  it.each(['iss', 'sub', 'aud', 'jti', 'typ', 'cty'])('may hold any %s without a 5xx', async (name) => {
    for (const value of [null, [], {}, 1e300, 'x'.repeat(20_000), '\ud800', [[[]]], { toString: null }]) {
      const { status } = await byAssertion(host, forged(header({ [name]: value }), claims({ [name]: value })));
      expect(status).toBeLessThan(500);
    }
  });
});

describe('an ES256 signature', () => {
  const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
  const other = (curve: string, size: number) => (data: string) => {
    const signature = sign('sha256', Buffer.from(data), { key: keyPair(curve).privateKey, dsaEncoding: 'ieee-p1363' });
    return signature.subarray(0, size);
  };

  it.each<[string, (signature: Buffer, data: string) => Buffer]>([
    ['left out', () => Buffer.alloc(0)],
    ['of one byte', () => Buffer.alloc(1)],
    ['cut by a byte', (signature) => signature.subarray(0, 63)],
    ['cut to r', (signature) => signature.subarray(0, 32)],
    ['with a byte more', (signature) => Buffer.concat([signature, Buffer.alloc(1)])],
    ['with a byte before it', (signature) => Buffer.concat([Buffer.alloc(1), signature])],
    [
      'with r and s padded',
      (s) => Buffer.concat([Buffer.alloc(1), s.subarray(0, 32), Buffer.alloc(1), s.subarray(32)]),
    ],
    ['doubled', (signature) => Buffer.concat([signature, signature])],
    ['of 20,000 bytes', (signature) => Buffer.concat([signature, Buffer.alloc(20_000)])],
    ['in DER', (_signature, data) => sign('sha256', Buffer.from(data), privateKey)],
    ['of zeros', () => Buffer.alloc(64)],
    ['of ones', () => Buffer.alloc(64, 0xff)],
    ['with r = 0', (signature) => Buffer.concat([Buffer.alloc(32), signature.subarray(32)])],
    ['with s = 0', (signature) => Buffer.concat([signature.subarray(0, 32), Buffer.alloc(32)])],
    ['with r and s = 1', () => Buffer.concat([one(), one()])],
    ['with r and s = the order of the curve', () => Buffer.concat([order, order])],
    ['with r = the order and s = 0', () => Buffer.concat([order, Buffer.alloc(32)])],
    ['with s beyond the order', (signature) => Buffer.concat([signature.subarray(0, 32), Buffer.alloc(32, 0xff)])],
    ['with r and s swapped', (signature) => Buffer.concat([signature.subarray(32), signature.subarray(0, 32)])],
    ['with a bit changed', (signature) => Buffer.from(signature.map((byte, at) => (at === 40 ? byte ^ 1 : byte)))],
    ['of another key', (_signature, data) => other('P-256', 64)(data)],
    ['of P-384', (_signature, data) => other('P-384', 96)(data)],
    ['of P-384, cut', (_signature, data) => other('P-384', 64)(data)],
    ['of secp256k1', (_signature, data) => other('secp256k1', 64)(data)],
    ['of RSA', (_signature, data) => sign('sha256', Buffer.from(data), rsa.pair.privateKey)],
    [
      'over another hash',
      (_s, data) => sign('sha512', Buffer.from(data), { key: privateKey, dsaEncoding: 'ieee-p1363' }),
    ],
    [
      'over the payload alone',
      (_s, data) => sign('sha256', Buffer.from(data.split('.')[1]!), { key: privateKey, dsaEncoding: 'ieee-p1363' }),
    ],
  ])('%s is refused', async (_what, spoil) => {
    const [head, payload, signature] = forged().split('.') as [string, string, string];
    const spoilt = spoil(Buffer.from(signature, 'base64url'), `${head}.${payload}`);
    await expectRefusal(`${head}.${payload}.${base64url(spoilt)}`, 'assertion_signature');
  });

  it('does not fit another header or payload', async () => {
    const [head, payload, signature] = forged().split('.') as [string, string, string];
    const second = base64url(claims({ scope: 'reports:write' }));
    await expectRefusal(`${head}.${second}.${signature}`, 'assertion_signature');
    await expectRefusal(`${base64url(header({ typ: 'JWT' }))}.${payload}.${signature}`, 'assertion_signature');
  });

  it('may be turned into its twin (n - s), which does not get a jti a second time', async () => {
    const [head, payload, text] = forged(header(), claims({ jti: 'malleable' })).split('.') as [string, string, string];
    const signature = Buffer.from(text, 'base64url');
    const s = BigInt(`0x${order.toString('hex')}`) - BigInt(`0x${signature.subarray(32).toString('hex')}`);
    const twin = Buffer.concat([signature.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]);
    await expectAccepted(`${head}.${payload}.${text}`);
    await expectRefusal(`${head}.${payload}.${base64url(twin)}`, 'assertion_replayed');
  });
});

describe('an RSA signature', () => {
  it.each<[string, (signature: Buffer) => Buffer]>([
    ['left out', () => Buffer.alloc(0)],
    ['cut by a byte', (signature) => signature.subarray(0, -1)],
    ['with a byte before it', (signature) => Buffer.concat([Buffer.alloc(1), signature])],
    ['with a byte more', (signature) => Buffer.concat([signature, Buffer.alloc(1)])],
    ['of zeros', () => Buffer.alloc(256)],
    ['of the number 1', () => Buffer.concat([Buffer.alloc(255), Buffer.from([1])])],
    ['of ones', () => Buffer.alloc(256, 0xff)],
  ])('%s is refused', async (_what, spoil) => {
    const data = `${base64url(header({ alg: 'RS256', kid: rsa.kid }))}.${base64url(claims())}`;
    const signature = sign('sha256', Buffer.from(data), rsa.pair.privateKey);
    await expectAccepted(`${data}.${base64url(signature)}`);
    await expectRefusal(`${data}.${base64url(spoil(signature))}`, 'assertion_signature');
  });
});

describe('an access token', () => {
  it('is no assertion', async () => {
    const { body } = await bySecret(host);
    await expectRefusal(body.access_token, 'key_unknown');
  });

  it('is no assertion in the frontier profile, where its iss and sub would do', async () => {
    const frontier = await issuer({ profile: 'frontier' });
    const { body } = await bySecret(frontier);
    const answer = await byAssertion(frontier, body.access_token);
    expect(answer.status).toBe(401);
    expect(frontier.events.at(-1)).toMatchObject({ reason: 'key_unknown' });
  });

  it.each([undefined, 'JWT', 'at+jwt'])('is not what an assertion of the typ %j is taken for', async (typ) => {
    const guard = requireAccessToken({ issuer: ISSUER, keyStore: host.keyStore, profile: 'frontier' });
    const app = express().get('/', guard, (_req, res) => void res.sendStatus(200));
    const signed = await assertion(host, { iss: ISSUER, client_id: host.id }, { typ });
    const answer = await request(app).get('/').set('Authorization', `Bearer ${signed}`);
    expect(answer.status).toBe(401);
    expect(answer.body.error).toBe('invalid_token');
  });
});

/** The last character of a base64url text, with a bit set that no byte holds. */
function strayBit(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return text.slice(0, -1) + alphabet.charAt(alphabet.indexOf(text.slice(-1)) + 1);
}

/** The number 1 in 32 bytes. */
function one(): Buffer {
  return Buffer.concat([Buffer.alloc(31), Buffer.from([1])]);
}

/** A pair that was read back: Node 20 can freeze where it exports the JWK of a key that generateKeyPairSync made. */
function readBack({ privateKey }: { privateKey: KeyObject }): { publicKey: KeyObject; privateKey: KeyObject } {
  const read = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return { privateKey: read, publicKey: createPublicKey(read) };
}
