import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  StaticKeyStore,
  StoreUnavailableError,
  type AlgorithmName,
  type KeyStore,
  type SigningKey,
} from 'frontier-token';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import jwt from 'jsonwebtoken';
import { JwksClient } from 'jwks-rsa';
import { assertion, byAssertion, bySecret, ISSUER, issuer, keyPair, verified, type Issuer } from '../support/issuer.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

describe('an access token', () => {
  let host: Issuer;
  beforeAll(async () => (host = await issuer()));
  const grants: [string, () => Promise<{ body: { access_token: string } }>, () => string][] = [
    ['by secret', async () => bySecret(host), () => host.id],
    ['by assertion', async () => byAssertion(host, await assertion(host)), () => host.key.kid],
  ];

  it.each(grants)('%s has the header and the claims of RFC 9068, and no others', async (_how, ask, clientId) => {
    const before = Math.floor(Date.now() / 1000);
    const { body } = await ask();
    const { header, payload } = await verified(host.app, body.access_token);
    const { kid } = await host.keyStore.signingKey();
    expect(header).toEqual({ alg: 'ES256', kid, typ: 'at+jwt' });
    const { iat, jti } = payload;
    expect(payload).toEqual({
      iss: ISSUER,
      sub: host.robot.id,
      aud: ISSUER,
      client_id: clientId(),
      iat,
      nbf: iat,
      exp: iat! + 3600,
      jti,
      scope: 'reports:read reports:write',
    });
    expect(iat).toBeGreaterThanOrEqual(before);
    expect(iat).toBeLessThanOrEqual(Date.now() / 1000);
    expect(jti).toMatch(UUID);
    expect(host.events.at(-1)).toMatchObject({ type: 'token.issued', jti });
    expect(body).toEqual({
      access_token: body.access_token,
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'reports:read reports:write',
    });
  });

  it.each(grants)('%s has a jti of its own', async (_how, ask) => {
    const [first, second] = [decodeJwt((await ask()).body.access_token), decodeJwt((await ask()).body.access_token)];
    expect(first.jti).not.toBe(second.jti);
  });

  it('by assertion does not carry claims, kid, jti or times of the assertion over', async () => {
    const claims = { role: 'admin', client_id: 'other', jti: 'mine', nbf: 1, aud: [ISSUER, 'https://other.test'] };
    const { body } = await byAssertion(host, await assertion(host, claims, { typ: 'JWT' }));
    const { payload } = await verified(host.app, body.access_token);
    expect(payload).not.toHaveProperty('role');
    expect(payload).toMatchObject({ client_id: host.key.kid, aud: ISSUER, jti: expect.stringMatching(UUID) });
    expect(payload.nbf).toBe(payload.iat);
  });

  it('has no scope where the account has none', async () => {
    const { id } = await host.accounts.create();
    const { clientId, clientSecret } = await host.accounts.createSecret(id);
    const { body } = await bySecret({ app: host.app, id: clientId, secret: clientSecret });
    expect(body).not.toHaveProperty('scope');
    expect((await verified(host.app, body.access_token)).payload).not.toHaveProperty('scope');
  });

  it.each([
    ['a string', 'https://api.test', 'https://api.test'],
    ['an array', ['https://a.test', 'https://b.test'], ['https://a.test', 'https://b.test']],
  ])('has the aud of the option audience: %s', async (_what, audience, aud) => {
    const other = await issuer({ audience });
    const { body } = await bySecret(other);
    expect(decodeJwt(body.access_token).aud).toEqual(aud);
  });

  it('lives as long as accessTokenLifetime says', async () => {
    const other = await issuer({ accessTokenLifetime: 60 });
    const { body } = await byAssertion(other, await assertion(other));
    const { exp, iat } = decodeJwt(body.access_token);
    expect([body.expires_in, exp! - iat!]).toEqual([60, 60]);
  });

  it("has the host's claims, which override none of its own", async () => {
    const own = ['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'jti', 'client_id', 'scope'];
    const overrides = Object.fromEntries(own.map((name) => [name, 'overridden']));
    const other = await issuer({
      claims: async ({ account }) => ({ ...overrides, tenant: account.title, tags: ['a'] }),
    });
    const { body } = await byAssertion(other, await assertion(other));
    const { payload } = await verified(other.app, body.access_token);
    expect(payload).toMatchObject({ tenant: 'robot', tags: ['a'], sub: other.robot.id, client_id: other.key.kid });
    expect(Object.values(payload)).not.toContain('overridden');
  });

  it('gets no scope from the host, where the account has none', async () => {
    const other = await issuer({ claims: () => ({ scope: 'admin' }) });
    const { id } = await other.accounts.create();
    const { clientId, clientSecret } = await other.accounts.createSecret(id);
    const { body } = await bySecret({ app: other.app, id: clientId, secret: clientSecret });
    expect(decodeJwt(body.access_token)).not.toHaveProperty('scope');
  });
});

describe('a token signed with', () => {
  it.each<AlgorithmName>(['RS256', 'PS256', 'PS512', 'ES384', 'ES512'])('%s verifies from the JWKS', async (alg) => {
    const host = await issuer({ keyStore: await StaticKeyStore.generate({ alg }) });
    const { body } = await bySecret(host);
    expect((await verified(host.app, body.access_token)).header).toMatchObject({ alg, typ: 'at+jwt' });
  });

  it('RS256 is what StaticKeyStore.generate() makes', async () => {
    const host = await issuer({ keyStore: await StaticKeyStore.generate() });
    expect(decodeProtectedHeader((await bySecret(host)).body.access_token).alg).toBe('RS256');
  });
});

describe('the JWKS over HTTP', () => {
  let server: Server | undefined;
  afterEach(() => new Promise((resolve) => server?.close(resolve)));

  it.each<AlgorithmName>(['RS256', 'ES256'])(
    'verifies tokens of %s with jwks-rsa, jsonwebtoken and jose',
    async (alg) => {
      const host = await issuer({ keyStore: await StaticKeyStore.generate({ alg }) });
      server = await new Promise<Server>((resolve) => {
        const listening: Server = host.app.listen(0, '127.0.0.1', () => resolve(listening));
      });
      const jwksUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`;
      const token: string = (await byAssertion(host, await assertion(host))).body.access_token;
      const expected = { issuer: ISSUER, audience: ISSUER };

      const key = await new JwksClient({ jwksUri }).getSigningKey(decodeProtectedHeader(token).kid);
      const verifiedThere = jwt.verify(token, key.getPublicKey(), { ...expected, algorithms: [alg] });
      expect(verifiedThere).toMatchObject({ sub: host.robot.id });

      const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(jwksUri)), { ...expected, typ: 'at+jwt' });
      expect(payload).toEqual(verifiedThere);
    },
  );
});

/** What stands for a KMS: it gives no private key away, and signs when it is asked. */
class Kms implements KeyStore {
  private readonly pair = readBack(keyPair());
  readonly asked: Uint8Array[] = [];

  constructor(private readonly spoil: (key: SigningKey, kms: Kms) => unknown = (key) => key) {}

  async signingKey(): Promise<SigningKey> {
    return this.spoil(
      { kid: 'kms-1', alg: 'ES256', sign: (data) => this.sign(data, 'ieee-p1363') },
      this,
    ) as SigningKey;
  }

  async publicKeys(): Promise<JsonWebKey[]> {
    return [{ ...this.pair.publicKey.export({ format: 'jwk' }), kid: 'kms-1', alg: 'ES256', use: 'sig' }];
  }

  async sign(data: Uint8Array, dsaEncoding: 'ieee-p1363' | 'der'): Promise<Buffer> {
    this.asked.push(data);
    return sign('sha256', data, { key: this.pair.privateKey, dsaEncoding });
  }
}

describe('a signing key of the host', () => {
  it('is all that a KMS needs', async () => {
    const kms = new Kms();
    const host = await issuer({ keyStore: kms });
    const { body } = await byAssertion(host, await assertion(host));
    const { header, payload } = await verified(host.app, body.access_token);
    expect(header).toEqual({ alg: 'ES256', kid: 'kms-1', typ: 'at+jwt' });
    expect(payload.sub).toBe(host.robot.id);
    expect(kms.asked.map((data) => Buffer.from(data).toString())).toEqual([
      body.access_token.slice(0, body.access_token.lastIndexOf('.')),
    ]);
  });

  it('keeps its this, as a class of its own', async () => {
    class Key implements SigningKey {
      readonly kid = 'own';
      readonly alg = 'PS384';
      private readonly pair = readBack(generateKeyPairSync('rsa', { modulusLength: 2048 }));
      async sign(data: Uint8Array): Promise<Uint8Array> {
        const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 48 };
        return sign('sha384', data, { key: this.pair.privateKey, ...padding });
      }
      jwk = (): JsonWebKey => ({ ...this.pair.publicKey.export({ format: 'jwk' }), kid: this.kid, alg: this.alg });
    }
    const key = new Key();
    const host = await issuer({ keyStore: { signingKey: async () => key, publicKeys: async () => [key.jwk()] } });
    const { body } = await bySecret(host);
    expect((await verified(host.app, body.access_token)).header).toMatchObject({ alg: 'PS384', kid: 'own' });
  });

  it.each<[string, (signature: Buffer) => Uint8Array]>([
    ['a Uint8Array', (signature) => new Uint8Array(signature)],
    ['a part of a larger buffer', (s) => new Uint8Array([7, 7, 7, ...s, 7]).subarray(3, 67)],
  ])('may sign with %s', async (_what, wrap) => {
    const kms = new Kms((key, own) => ({
      ...key,
      sign: async (data: Uint8Array) => wrap(await own.sign(data, 'ieee-p1363')),
    }));
    const host = await issuer({ keyStore: kms });
    const { body } = await bySecret(host);
    expect((await verified(host.app, body.access_token)).payload.sub).toBe(host.robot.id);
  });

  it('is asked for anew for each token, so that a rotation holds at once', async () => {
    const stores = [await StaticKeyStore.generate({ alg: 'ES256' }), await StaticKeyStore.generate({ alg: 'ES384' })];
    let current = stores[0]!;
    const host = await issuer({
      keyStore: {
        signingKey: () => current.signingKey(),
        publicKeys: async () => (await Promise.all(stores.map((store) => store.publicKeys()))).flat(),
      },
    });
    const before = (await bySecret(host)).body.access_token;
    current = stores[1]!;
    const after = (await bySecret(host)).body.access_token;
    expect(decodeProtectedHeader(before).alg).toBe('ES256');
    expect(decodeProtectedHeader(after).alg).toBe('ES384');
    for (const token of [before, after]) await verified(host.app, token);
  });

  const unavailable = new StoreUnavailableError('secret detail');
  const withSign =
    (answer: (signature: Buffer, data: Uint8Array, kms: Kms) => unknown) => (key: SigningKey, kms: Kms) => ({
      ...key,
      sign: async (data: Uint8Array) => answer(await kms.sign(data, 'ieee-p1363'), data, kms),
    });

  it.each<[string, (key: SigningKey, kms: Kms) => unknown, number, string]>([
    ['signs in DER, as a KMS does', withSign((_s, data, kms) => kms.sign(data, 'der')), 500, 'signing_key_nonsense'],
    ['signs with a byte too few', withSign((signature) => signature.subarray(1)), 500, 'signing_key_nonsense'],
    ['signs with nothing', withSign(() => Buffer.alloc(0)), 500, 'signing_key_nonsense'],
    ['signs with undefined', withSign(() => undefined), 500, 'signing_key_nonsense'],
    ['signs with null', withSign(() => null), 500, 'signing_key_nonsense'],
    ['signs with base64url', withSign((signature) => signature.toString('base64url')), 500, 'signing_key_nonsense'],
    [
      'signs with an ArrayBuffer',
      withSign((signature) => new Uint8Array(signature).buffer),
      500,
      'signing_key_nonsense',
    ],
    ['signs with an array', withSign((signature) => [...signature]), 500, 'signing_key_nonsense'],
    ['has the alg none', (key) => ({ ...key, alg: 'none' }), 500, 'key_store_nonsense'],
    [
      'has the alg None and signs with nothing',
      (key) => ({ ...key, alg: 'None', sign: async () => Buffer.alloc(0) }),
      500,
      'key_store_nonsense',
    ],
    ['has the alg HS256', (key) => ({ ...key, alg: 'HS256' }), 500, 'key_store_nonsense'],
    ['has an alg from a prototype', (key) => ({ ...key, alg: 'constructor' }), 500, 'key_store_nonsense'],
    ['has no alg', ({ alg: _alg, ...key }) => key, 500, 'key_store_nonsense'],
    ['has no kid', ({ kid: _kid, ...key }) => key, 500, 'key_store_nonsense'],
    ['has an empty kid', (key) => ({ ...key, kid: '' }), 500, 'key_store_nonsense'],
    ['has a kid that is no string', (key) => ({ ...key, kid: 7 }), 500, 'key_store_nonsense'],
    ['has no sign', ({ sign: _sign, ...key }) => key, 500, 'key_store_nonsense'],
    ['is undefined', () => undefined, 500, 'key_store_nonsense'],
    ['is null', () => null, 500, 'key_store_nonsense'],
    ['is a text', () => 'kms-1', 500, 'key_store_nonsense'],
    ['throws', () => thrown(new Error('secret detail')), 500, 'key_store_failed'],
    ['is unavailable', () => thrown(unavailable), 503, 'key_store_unavailable'],
    ['never comes', () => new Promise(() => undefined), 503, 'key_store_timeout'],
    ['fails to sign', withSign(() => thrown(new Error('secret detail'))), 500, 'signing_key_failed'],
    [
      'throws, not rejects, when it signs',
      (key) => ({ ...key, sign: () => thrown(new Error('secret detail')) }),
      500,
      'signing_key_failed',
    ],
    [
      'fails with a status',
      withSign(() => Promise.reject({ status: 200, message: 'secret detail' })),
      500,
      'signing_key_failed',
    ],
    ['is unavailable when it signs', withSign(() => thrown(unavailable)), 503, 'signing_key_unavailable'],
    ['hangs when it signs', withSign(() => new Promise(() => undefined)), 503, 'signing_key_timeout'],
  ])('that %s means no token', async (_what, spoil, status, reason) => {
    const host = await issuer({ keyStore: new Kms(spoil), storeTimeout: 100 });
    const answer = await byAssertion(host, await assertion(host));
    expect(answer.status).toBe(status);
    expect(answer.body.error).toBe(status === 500 ? 'server_error' : 'temporarily_unavailable');
    expect(answer.headers['retry-after']).toBe(status === 500 ? undefined : '5');
    expect(answer.headers).not.toHaveProperty('www-authenticate');
    expect(answer.text).not.toMatch(/secret|access_token|eyJ/);
    const known = { accountId: host.robot.id, credentialId: host.key.kid, scopes: host.robot.scopes };
    expect(host.events).toEqual([expect.objectContaining({ type: 'token.failed', status, reason, ...known })]);
    expect(host.events[0]).not.toHaveProperty('jti');
  });
});

function thrown(error: Error): never {
  throw error;
}

/** A pair that was read back: Node 20 can freeze where it exports the JWK of a key that generateKeyPairSync made. */
function readBack({ privateKey }: { privateKey: KeyObject }): { publicKey: KeyObject; privateKey: KeyObject } {
  const read = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return { privateKey: read, publicKey: createPublicKey(read) };
}
