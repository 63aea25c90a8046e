import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { AlgorithmName, FrontierTokenOptions } from 'frontier-token';
import { SignJWT } from 'jose';
import type request from 'supertest';
import { assertion, byAssertion, bySecret, ISSUER, issuer, keyPair, verified, type Issuer } from '../support/issuer.js';

const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const;
const CURVES = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' } as const;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }) as string;
// From a PEM: Node 20 can freeze where it exports the JWK of a key that generateKeyPairSync made.
const jwk = (key: KeyObject) => createPublicKey(pem(key)).export({ format: 'jwk' });
const pairFor = (alg: AlgorithmName) => (alg in CURVES ? keyPair(CURVES[alg as keyof typeof CURVES]) : rsa);

/** A public key that the account's owner added, and the private half as `assertion` takes it. */
async function added({ accounts, id }: Owner, { publicKey, privateKey }: typeof rsa, as: 'pem' | JsonWebKey = 'pem') {
  const { kid } = await accounts.addPublicKey(id, as === 'pem' ? pem(publicKey) : as);
  const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  return { key: { kid, principal_id: id, private_key } };
}

type Owner = Pick<Issuer, 'accounts'> & { id: string };
const owner = ({ accounts, robot }: Issuer): Owner => ({ accounts, id: robot.id });

/** The client hears the same whatever failed; only the operator's event tells why. */
async function expectRefusal(asked: request.Test, { events }: Issuer, reason: string): Promise<void> {
  const answer = await asked;
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toBe(`Bearer realm="${ISSUER}"`);
  expect(answer.body).toEqual({
    code: 16,
    message: 'the assertion was not accepted',
    details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'INVALID_GRANT', domain: 'issuer.test' }],
    error: 'invalid_grant',
    error_description: 'the assertion was not accepted',
  });
  expect(events.at(-1)).toMatchObject({ type: 'token.denied', status: 401, error: 'invalid_grant', reason });
}

describe('the kid of an assertion', () => {
  let host: Issuer;
  beforeAll(async () => (host = await issuer({ rateLimit: false })));
  const ask = async (claims: object, header: object) =>
    byAssertion(host, await assertion(host, { ...claims }, { ...header }));
  const refused = async (claims: object, header: object, reason: string) =>
    expectRefusal(byAssertion(host, await assertion(host, { ...claims }, { ...header })), host, reason);

  it('is taken from the JOSE header', async () => {
    const { body } = await ask({}, { kid: host.key.kid });
    expect((await verified(host.app, body.access_token)).payload).toMatchObject({
      sub: host.robot.id,
      client_id: host.key.kid,
    });
    expect(host.events.at(-1)).toMatchObject({
      type: 'token.issued',
      accountId: host.robot.id,
      credentialId: host.key.kid,
    });
  });

  it('is taken from the payload where the header has none, as Frontier sends it', async () => {
    const { body } = await ask({ kid: host.key.kid }, { kid: undefined });
    expect((await verified(host.app, body.access_token)).payload).toMatchObject({ client_id: host.key.kid });
  });

  it('of the header wins over that of the payload', async () => {
    expect((await ask({ kid: 'other' }, {})).status).toBe(200);
    await refused({ kid: host.key.kid }, { kid: 'other' }, 'key_unknown');
    await refused({ kid: host.key.kid }, { kid: '' }, 'assertion_without_kid');
    await refused({ kid: host.key.kid }, { kid: null }, 'assertion_without_kid');
  });

  it('is needed', async () => {
    await refused({}, { kid: undefined }, 'assertion_without_kid');
    expect(host.events.at(-1)).not.toHaveProperty('credentialId');
  });

  it.each([null, '', 7, true, [], ['kid'], { kid: 1 }])('%j is none', async (kid) => {
    await refused({}, { kid }, 'assertion_without_kid');
    await refused({ kid }, { kid: undefined }, 'assertion_without_kid');
  });

  it.each([
    ['an unknown one', () => 'b54c2b05-8d6b-4d5c-9f0f-7a2d7b3c0001'],
    ['the client_id of a secret of the same account', () => host.id],
    ['the id of the account', () => host.robot.id],
    ['another spelling of one', () => host.key.kid.toUpperCase()],
    ['one with a space behind it', () => `${host.key.kid} `],
    ['one of 10,000 characters', () => 'x'.repeat(10_000)],
    ['a NUL', () => '\0'],
    ['a lone surrogate', () => '\ud800'],
    ['__proto__', () => '__proto__'],
    ['a path', () => '../../etc/passwd'],
  ])('that no key has is refused: %s', async (_what, kid) => {
    await refused({}, { kid: kid() }, 'key_unknown');
    expect(host.events.at(-1)?.credentialId).toBe(kid().slice(0, 256));
  });
});

describe('a key', () => {
  it('that was revoked is refused', async () => {
    const host = await issuer();
    await host.accounts.revokeCredential(host.key.kid);
    await expectRefusal(byAssertion(host, await assertion(host)), host, 'credential_revoked');
  });

  it('that expired is refused', async () => {
    const host = await issuer();
    await host.store.updateCredential(host.key.kid, { expiresAt: new Date() });
    await expectRefusal(byAssertion(host, await assertion(host)), host, 'credential_expired');
    await host.store.updateCredential(host.key.kid, { expiresAt: new Date(Date.now() + 60_000) });
    expect((await byAssertion(host, await assertion(host))).status).toBe(200);
  });

  it('of an account that was deleted is unknown', async () => {
    const host = await issuer();
    await host.accounts.delete(host.robot.id);
    await expectRefusal(byAssertion(host, await assertion(host)), host, 'key_unknown');
  });

  it('of a disabled account is refused with 403, but only to who holds it', async () => {
    const host = await issuer();
    await host.accounts.disable(host.robot.id);
    const answer = await byAssertion(host, await assertion(host));
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ code: 7, error: 'unauthorized_client' });
    const private_key = keyPair().privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const forged = await assertion({ key: { ...host.key, private_key } });
    await expectRefusal(byAssertion(host, forged), host, 'assertion_signature');
  });

  it('may be one of several: a new one is used before the old one is revoked', async () => {
    const host = await issuer();
    const next = await host.accounts.createKey(host.robot.id, { alg: 'ES256' });
    expect((await byAssertion(host, await assertion(host))).status).toBe(200);
    expect((await byAssertion(host, await assertion({ key: next }))).status).toBe(200);
    await host.accounts.revokeCredential(host.key.kid);
    expect((await byAssertion(host, await assertion({ key: next }))).status).toBe(200);
  });

  it.each([
    ['a PEM', 'pem' as const],
    ['a JWK', jwk(rsa.publicKey)],
    ['a JWK with a kid of its own', { ...jwk(rsa.publicKey), kid: 'mine' }],
  ])('that the account owner made is added as %s', async (_what, as) => {
    const host = await issuer();
    const { body } = await byAssertion(host, await assertion(await added(owner(host), rsa, as), {}, {}, 'RS256'));
    expect((await verified(host.app, body.access_token)).payload.sub).toBe(host.robot.id);
  });

  it('of createKey is RS256 where no alg is given', async () => {
    const host = await issuer();
    const key = await host.accounts.createKey(host.robot.id);
    expect((await byAssertion(host, await assertion({ key }, {}, {}, 'RS256'))).status).toBe(200);
  });
});

describe('the key of one account', () => {
  let host: Issuer;
  let other: Pick<Issuer, 'key'>;
  let otherId: string;
  beforeAll(async () => {
    host = await issuer({ rateLimit: false });
    otherId = (await host.accounts.create({ scopes: ['admin'] })).id;
    other = { key: await host.accounts.createKey(otherId, { alg: 'ES256' }) };
  });
  const forged = async (claims: object, header: object, reason: string) =>
    expectRefusal(byAssertion(host, await assertion(host, { ...claims }, { ...header })), host, reason);

  it('proves nothing of another account', async () => {
    await forged({ iss: otherId, sub: otherId }, {}, 'assertion_issuer');
    await forged({ iss: otherId }, {}, 'assertion_issuer');
    await forged({ iss: otherId, sub: undefined }, {}, 'assertion_issuer');
    await forged({ sub: otherId }, {}, 'assertion_subject');
  });

  it('does not sign under the kid of another', async () => {
    await forged({ iss: otherId, sub: otherId }, { kid: other.key.kid }, 'assertion_signature');
    await forged({}, { kid: other.key.kid }, 'assertion_signature');
    await forged({ iss: otherId, sub: otherId, kid: other.key.kid }, { kid: undefined }, 'assertion_signature');
  });

  it('is the one that the header names, whatever the payload says', async () => {
    await forged({ iss: otherId, sub: otherId, kid: other.key.kid }, {}, 'assertion_issuer');
    const twoKids = await assertion(other, { kid: other.key.kid }, { kid: host.key.kid });
    await expectRefusal(byAssertion(host, twoKids), host, 'assertion_signature');
  });

  it('gets the scopes of its own account only', async () => {
    expect((await byAssertion(host, await assertion(host), { scope: 'admin' })).body.error).toBe('invalid_scope');
    expect((await byAssertion(host, await assertion(other))).body.scope).toBe('admin');
  });
});

describe('the algorithm of an assertion', () => {
  const all: AlgorithmName[] = [...RSA, ...(Object.keys(CURVES) as (keyof typeof CURVES)[])];
  let host: Issuer;
  beforeAll(async () => (host = await issuer({ rateLimit: false })));
  const askWith = async (key: Pick<Issuer, 'key'>, alg: AlgorithmName, at = host) =>
    byAssertion(at, await assertion(key, {}, {}, alg));

  it.each(all)('may be %s', async (alg) => {
    const { body } = await askWith(await added(owner(host), pairFor(alg)), alg);
    expect((await verified(host.app, body.access_token)).payload.sub).toBe(host.robot.id);
  });

  it.each(['RS384', 'PS256'] as const)('of a key of createKey({ alg: %j }) is no other', async (alg) => {
    const key = { key: await host.accounts.createKey(host.robot.id, { alg }) };
    expect((await askWith(key, alg)).status).toBe(200);
    for (const other of RSA.filter((name) => name !== alg)) {
      await expectRefusal(byAssertion(host, await assertion(key, {}, {}, other)), host, 'assertion_algorithm');
    }
  });

  it.each([
    ['P-256', 'ES384'],
    ['P-256', 'RS256'],
    ['P-384', 'ES256'],
    ['P-521', 'ES384'],
    ['RSA', 'ES256'],
  ] as const)('must fit the stored key: %s is not for %s', async (type, alg) => {
    const { key } = await added(owner(host), type === 'RSA' ? rsa : keyPair(type));
    const stranger = await added(owner(host), pairFor(alg));
    const signed = await assertion({ key: { ...stranger.key, kid: key.kid } }, {}, {}, alg);
    await expectRefusal(byAssertion(host, signed), host, 'assertion_algorithm');
  });

  it('is the one that the stored JWK names, where it names one', async () => {
    const key = await added(owner(host), rsa, { ...jwk(rsa.publicKey), alg: 'PS384' });
    expect((await askWith(key, 'PS384')).status).toBe(200);
    for (const alg of ['RS256', 'RS384', 'PS256'] as const) {
      await expectRefusal(byAssertion(host, await assertion(key, {}, {}, alg)), host, 'assertion_algorithm');
    }
  });

  it('is one of the option algorithms', async () => {
    const strict = await issuer({ rateLimit: false, assertion: { algorithms: ['PS256', 'ES384'] } });
    const key = await added(owner(strict), rsa);
    expect((await askWith(key, 'PS256', strict)).status).toBe(200);
    expect((await askWith(await added(owner(strict), keyPair('P-384')), 'ES384', strict)).status).toBe(200);
    await expectRefusal(byAssertion(strict, await assertion(key, {}, {}, 'RS256')), strict, 'assertion_algorithm');
    await expectRefusal(byAssertion(strict, await assertion(strict)), strict, 'assertion_algorithm');
  });

  it('is never symmetric or EdDSA, whatever library signed it', async () => {
    const ed25519 = generateKeyPairSync('ed25519').privateKey;
    for (const [alg, key] of [
      ['HS256', Buffer.alloc(32, 1)],
      ['HS512', Buffer.alloc(64, 1)],
      ['EdDSA', ed25519],
    ] as const) {
      const jwt = new SignJWT({ iss: host.robot.id, exp: Date.now() / 1000 + 60 });
      const signed = await jwt.setProtectedHeader({ alg, kid: host.key.kid }).sign(key);
      await expectRefusal(byAssertion(host, signed), host, 'assertion_algorithm');
    }
  });
});

describe('a store that answers', () => {
  let host: Issuer;
  let change: (found: object) => unknown;
  beforeAll(async () => {
    const findCredential = async (id: string) => change((await host.store.findCredential(id))!);
    const credentialStore = { findCredential } as FrontierTokenOptions['credentialStore'];
    host = await issuer({ rateLimit: false, credentialStore });
  });
  const answerTo = async (changes: object) => {
    change = (found) => ({ ...found, ...changes });
    return byAssertion(host, await assertion(host));
  };
  const expectNonsense = (answer: request.Response) => {
    expect(answer.status).toBe(500);
    expect(answer.body).toMatchObject({ code: 13, error: 'server_error', message: 'internal error' });
    expect(answer.headers).not.toHaveProperty('www-authenticate');
    expect(host.events.at(-1)).toMatchObject({ type: 'token.failed', reason: 'credential_store_nonsense' });
    expect(host.events.at(-1)?.cause).toBeInstanceOf(TypeError);
  };
  const stored = jwk(keyPair().publicKey);

  it.each([
    ['no publicKey', { publicKey: undefined }],
    ['a publicKey of null', { publicKey: null }],
    ['a PEM for a publicKey', { publicKey: pem(rsa.publicKey) }],
    ['an array for a publicKey', { publicKey: [stored] }],
    ['an empty publicKey', { publicKey: {} }],
    ['a KeyObject for a publicKey', { publicKey: rsa.publicKey }],
    ['a symmetric key', { publicKey: { kty: 'oct', k: 'c2VjcmV0' } }],
    ['a point off the curve', { publicKey: { ...stored, y: stored.x } }],
    ['half a point', { publicKey: { kty: 'EC', crv: 'P-256', x: stored.x } }],
    ['members that are no strings', { publicKey: { ...stored, x: 7 } }],
    ['RSA of 1024 bits', { publicKey: jwk(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey) }],
    ['the curve secp256k1', { publicKey: jwk(keyPair('secp256k1').publicKey) }],
    ['a key of Ed25519', { publicKey: jwk(generateKeyPairSync('ed25519').publicKey) }],
    ['a key for encryption', { publicKey: { ...stored, use: 'enc' } }],
    ['an alg that does not fit the key', { publicKey: { ...stored, alg: 'RS256' } }],
    ['an alg of HMAC', { publicKey: { ...stored, alg: 'HS256' } }],
    ['an alg that is no string', { publicKey: { ...stored, alg: ['ES256'] } }],
    ['an unknown type', { type: 'key' }],
    ['an expiresAt in text', { expiresAt: '2999-01-01' }],
    ['an expiresAt in text without text', { expiresAt: '' }],
    ['an expiresAt in numbers', { expiresAt: 4e12 }],
    ['an expiresAt of 0', { expiresAt: 0 }],
    ['an expiresAt of NaN', { expiresAt: NaN }],
    ['an invalid expiresAt', { expiresAt: new Date(NaN) }],
  ])('with %s is 500, and the client gets neither a token nor a word of it', async (_what, changes) => {
    expectNonsense(await answerTo(changes));
  });

  it.each([
    ['of another', { id: 'other' }],
    ['without an id', { id: undefined }],
    ['without scopes', { scopes: undefined }],
    ['with scopes in text', { scopes: 'reports:read' }],
    ['with a malformed scope', { scopes: ['reports:read admin'] }],
  ])('with an account %s is 500', async (_what, changes) => {
    expectNonsense(await answerTo({ account: { ...host.robot, ...changes } }));
  });

  it('that names no account is 500, and no token goes out without a sub', async () => {
    change = (found) => ({ ...found, accountId: undefined, account: { ...host.robot, id: undefined } });
    expectNonsense(await byAssertion(host, await assertion(host, { iss: undefined, sub: undefined })));
    expectNonsense(await bySecret(host));
  });

  it.each([undefined, null, { id: 'other' }])('with %j has no such key: 401', async (answer) => {
    change = () => answer;
    await expectRefusal(byAssertion(host, await assertion(host)), host, 'key_unknown');
  });

  it.each([false, 0, '', 7, 'text', [], {}, { id: 7 }])('with %j is 500: it is no credential', async (answer) => {
    change = () => answer;
    expectNonsense(await byAssertion(host, await assertion(host)));
  });

  it.each(['suspended', 'ENABLED', '', undefined, null, true, 1])('with the account state %j is 403', async (state) => {
    const answer = await answerTo({ account: { id: host.robot.id, state, scopes: [] } });
    expect(answer.status).toBe(403);
    expect(host.events.at(-1)).toMatchObject({ reason: 'account_disabled' });
  });

  it.each([undefined, null])('with the account %j is 404', async (account) => {
    const answer = await answerTo({ account });
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ code: 5, error: 'invalid_client' });
    expect(host.events.at(-1)).toMatchObject({ reason: 'account_gone' });
  });

  it.each([new Date(Date.now() + 60_000), new Date(NaN), 'yesterday', 0, false, ''])(
    'with a revokedAt of %j means revoked',
    async (revokedAt) => {
      change = (found) => ({ ...found, revokedAt });
      await expectRefusal(byAssertion(host, await assertion(host)), host, 'credential_revoked');
    },
  );

  it.each([
    ['null where nothing is set', { expiresAt: null, revokedAt: null, title: null }],
    ['members that nobody knows', { tenant: 7, publicKeyPem: 'x' }],
  ])('with %s is understood', async (_what, changes) => {
    expect((await answerTo(changes)).status).toBe(200);
  });

  it('with an object whose values are getters, as ORMs make them, is read whole', async () => {
    const later: { revokedAt?: Date } = {};
    const asGetters = (members: object): object => {
      const getters = Object.entries(members).map(([name, value]) => [name, { get: (): unknown => value }]);
      return Object.create(Object.defineProperties({}, Object.fromEntries(getters))) as object;
    };
    change = (found) => asGetters({ ...found, account: asGetters(host.robot), ...later });
    const { status, body } = await byAssertion(host, await assertion(host));
    expect(status).toBe(200);
    expect((await verified(host.app, body.access_token)).payload.sub).toBe(host.robot.id);
    later.revokedAt = new Date();
    await expectRefusal(byAssertion(host, await assertion(host)), host, 'credential_revoked');
  });

  it('with the private half too works, and nothing of it is shown', async () => {
    const publicKey = createPrivateKey(host.key.private_key).export({ format: 'jwk' });
    const answer = await answerTo({ publicKey });
    expect(answer.status).toBe(200);
    expect(answer.text + JSON.stringify(host.events)).not.toContain(publicKey.d);
  });
});
