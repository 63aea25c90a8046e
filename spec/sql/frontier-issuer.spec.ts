import { generateKeyPairSync, randomUUID } from 'node:crypto';
import express, { type Express } from 'express';
import { frontierToken, MemoryStore, StaticKeyStore, type TokenEvent } from 'frontier-token';
import { createLocalJWKSet, importPKCS8, jwtVerify, SignJWT, type JWK } from 'jose';
import request from 'supertest';
import { thumbprint } from '../../lib/keys/jwk.js';
import { FrontierDatabase } from '../../lib/sql/frontier-database.js';
import { onEach, pglite, postgres } from '../support/databases.js';
import { FrontierTables, type Columns } from '../support/frontier-tables.js';
import { ISSUER, JWT_BEARER, TOKEN_PATH } from '../support/issuer.js';

/** As Frontier makes secrets: standard base64 without padding, bcrypt of cost 14. */
const SECRET = 'q1Jm0m5yTn4+cWq/3v0vJ6l0b1n8kR2tYx9sZ7uHf5E';
const HASH = '$2a$14$qaD1g9fwJjPP.4e8H0Yeg.eNqTGJm0b2Z4OLv4k.ONxfmsMDvrb.u';

/** What `frontier server keygen` prints: two keys, of which the first signs. */
const signingKeys = [keygen(), keygen()];

onEach([pglite, postgres], "the token route on Frontier's database", (database) => {
  let tables: FrontierTables;
  let store: FrontierDatabase;
  let app: Express;
  const events: TokenEvent[] = [];
  let org: string;
  let user: string;

  beforeAll(async () => {
    tables = new FrontierTables(database().db);
    await tables.create();
    org = await tables.organization();
    user = await tables.serviceUser({ org_id: org });
    store = new FrontierDatabase(database().db);
    app = await issuer({ onEvent: (event) => events.push(event) });
  });

  /** The whole of what a team writes. */
  async function issuer(options: { onEvent?: (event: TokenEvent) => unknown; path?: string }): Promise<Express> {
    const keyStore = await StaticKeyStore.fromJwks(JSON.stringify({ keys: signingKeys }));
    return express().use(
      frontierToken({ issuer: ISSUER, credentialStore: store, keyStore, profile: 'frontier', ...options }),
    );
  }

  /** As a verifier that took Frontier's keys before the move. */
  async function verified(token: string) {
    const keys = signingKeys.map(({ kty, n, e, kid, alg }) => ({ kty, n, e, kid, alg }));
    return jwtVerify(token, createLocalJWKSet({ keys }));
  }

  it('takes a secret, and gives a token with the claims, key and header of Frontier', async () => {
    const id = await tables.secret(user, HASH);
    const answer = await request(app).post(TOKEN_PATH).auth(id, SECRET);

    expect(answer.body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600 });
    expect(answer.headers['x-user-token']).toBe(answer.body.access_token);
    const { payload, protectedHeader } = await verified(answer.body.access_token);
    const { kid } = signingKeys[0]!;
    expect(protectedHeader).toEqual({ alg: 'RS256', kid, typ: 'JWT' });
    expect(payload).toMatchObject({
      iss: ISSUER,
      sub: user,
      jti: expect.any(String),
      gen: 'system',
      kid,
      sub_type: 'app/serviceuser',
      org_ids: org,
      auth_via: 'client_credentials',
    });
    expect([payload.iat, payload.nbf]).toEqual([payload.exp! - 3600, payload.exp! - 3600]);
  });

  it("takes an assertion of Frontier's SDK, whose kid is in the claims", async () => {
    const { id: kid, privateKey } = await tables.key(user);
    const key = await importPKCS8(privateKey, 'RS256');
    const now = Math.floor(Date.now() / 1000);
    const times = { iat: now, nbf: now, exp: now + 12 * 3600 };
    for (const header of [{ kid }, {}]) {
      const assertion = await new SignJWT({ iss: '//frontier-go-sdk', sub: user, jti: randomUUID(), kid, ...times })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...header })
        .sign(key);
      const answers = [
        await request(app).post(TOKEN_PATH).auth(assertion, { type: 'bearer' }),
        await request(app).post(TOKEN_PATH).send({ grant_type: JWT_BEARER, assertion }),
      ];
      for (const { body } of answers) {
        const { payload } = await verified(body.access_token);
        expect(payload).toMatchObject({ sub: user, client_id: kid, auth_via: 'jwt_grant' });
      }
    }
  });

  it('takes an opaque token as the client secret of its id, in hex of either case', async () => {
    const { id, token } = await tables.token(user);
    const body = { grant_type: 'client_credentials', client_id: id, client_secret: token };
    const answers = [
      await request(app).post(TOKEN_PATH).auth(id, token),
      await request(app).post(TOKEN_PATH).auth(id, token.toUpperCase()),
      await request(app).post(TOKEN_PATH).send(body),
      await request(app)
        .post(TOKEN_PATH)
        .auth(id, (await tables.token(user)).token),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 401]);
    expect((await verified(answers[2]!.body.access_token)).payload).toMatchObject({ sub: user, client_id: id });
  });

  it.each<[number, string, string, Columns, Columns?]>([
    [403, 'account_disabled', 'a disabled service user', { state: 'disabled' }],
    [403, 'account_disabled', 'a disabled organisation', {}, { state: 'disabled' }],
    [403, 'account_disabled', 'an organisation without a row', { org_id: randomUUID() }],
    [401, 'client_unknown', 'a deleted service user', { deleted_at: '2024-01-01' }],
  ])(
    'answers %i (%s) for %s',
    async (status, reason, _whom, columns, organization = {}) => {
      const robot = await tables.serviceUser({ org_id: await tables.organization(organization), ...columns });
      const { id, token } = await tables.token(robot);
      expect((await request(app).post(TOKEN_PATH).auth(id, token)).status).toBe(status);
      expect(events.at(-1)).toMatchObject({ type: 'token.denied', reason, credentialId: id });
    },
    30_000,
  );

  it('tells the operator, and nobody else, of a credential that it can not use', async () => {
    const id = await tables.credential(user, { type: 'jwt_bearer', public_key: '{"keys":[]}' });
    const { status, text } = await request(app).post(TOKEN_PATH).auth(id, 'secret');
    expect(status).toBe(500);
    expect(text).not.toContain('public_key');
    expect(events.at(-1)).toMatchObject({
      reason: 'credential_store_failed',
      cause: { message: `Frontier's credential ${id} can't be used: its public_key holds 0 keys, not one` },
    });
  });

  it("answers Frontier's RPC path, for clients that send JSON and their credentials in the header", async () => {
    const path = '/raystack.frontier.v1beta1.FrontierService/AuthToken';
    const { id, token } = await tables.token(user);
    const answer = await request(await issuer({ path }))
      .post(path)
      .auth(id, token)
      .send({});
    expect((await verified(answer.body.access_token)).payload.sub).toBe(user);
  });

  it('gives credentials that work in another store as they are', async () => {
    const { id, token } = await tables.token(user);
    const { account, ...credential } = (await store.findCredential(id))!;
    const other = new MemoryStore();
    await other.createAccount(account!);
    await other.createCredential(credential);
    const keyStore = await StaticKeyStore.fromJwks(JSON.stringify({ keys: signingKeys }));
    const moved = express().use(
      frontierToken({ issuer: ISSUER, credentialStore: other, keyStore, profile: 'frontier' }),
    );
    const answer = await request(moved).post(TOKEN_PATH).auth(id, token);
    expect((await verified(answer.body.access_token)).payload).toMatchObject({ sub: user, org_ids: org });
  });
});

function keygen(): JWK {
  const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  return { alg: 'RS256', use: 'sig', kid: thumbprint(jwk), ...jwk };
}
