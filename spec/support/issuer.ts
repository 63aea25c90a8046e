import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import express, { type Express } from 'express';
import {
  frontierToken,
  MemoryStore,
  ServiceAccounts,
  StaticKeyStore,
  type AlgorithmName,
  type FrontierTokenOptions,
  type ServiceAccount,
  type TokenEvent,
} from 'frontier-token';
import { createLocalJWKSet, importPKCS8, jwtVerify, SignJWT, type JSONWebKeySet, type JWTPayload } from 'jose';
import request from 'supertest';

export const ISSUER = 'https://issuer.test';
export const TOKEN_PATH = '/v1beta1/auth/token';
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** An issuer with one account, its secret and its key: what most specs begin with. */
export interface Issuer {
  app: Express;
  store: MemoryStore;
  keyStore: StaticKeyStore;
  accounts: ServiceAccounts;
  robot: ServiceAccount;
  id: string;
  secret: string;
  key: { kid: string; principal_id: string; private_key: string };
  events: TokenEvent[];
}

/** ES256 throughout: RSA keys take long to make. */
export async function issuer(
  options: Partial<FrontierTokenOptions> = {},
  mount: (app: Express, router: ReturnType<typeof frontierToken>) => void = (app, router) => app.use(router),
): Promise<Issuer> {
  const store = new MemoryStore();
  const keyStore = await StaticKeyStore.generate({ alg: 'ES256' });
  const accounts = new ServiceAccounts(store, { issuer: ISSUER });
  const robot = await accounts.create({ title: 'robot', scopes: ['reports:read', 'reports:write'] });
  const { clientId, clientSecret } = await accounts.createSecret(robot.id);
  const key = await accounts.createKey(robot.id, { alg: 'ES256' });
  const events: TokenEvent[] = [];
  const app = express();
  const onEvent = (event: TokenEvent) => events.push(event);
  mount(app, frontierToken({ issuer: ISSUER, credentialStore: store, keyStore, onEvent, ...options }));
  return { app, store, keyStore, accounts, robot, id: clientId, secret: clientSecret, key, events };
}

/** A token request by client secret, in a form body. */
export function bySecret({ app, id, secret }: Pick<Issuer, 'app' | 'id' | 'secret'>, more: object = {}): request.Test {
  const form = { grant_type: 'client_credentials', client_id: id, client_secret: secret, ...more };
  return request(app).post(TOKEN_PATH).type('form').send(form);
}

/** A token request by assertion, in a form body. */
export function byAssertion({ app }: Pick<Issuer, 'app'>, assertion: string, more: object = {}): request.Test {
  return request(app)
    .post(TOKEN_PATH)
    .type('form')
    .send({ grant_type: JWT_BEARER, assertion, ...more });
}

/** An assertion that passes every rule, but for what is changed. A claim that is undefined is left out. */
export async function assertion(
  { key }: Pick<Issuer, 'key'>,
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  alg: AlgorithmName = 'ES256',
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const { principal_id: account, kid } = key;
  const payload = { iss: account, sub: account, aud: ISSUER, iat: now, exp: now + 60, jti: randomUUID(), ...claims };
  return new SignJWT(payload).setProtectedHeader({ alg, kid, ...header }).sign(await importPKCS8(key.private_key, alg));
}

/** Verifies a token with jose against the JWKS that the app serves. */
export async function verified(
  app: Express,
  token: string,
  options: { issuer?: string; audience?: string; jwksPath?: string } = {},
): Promise<{ payload: JWTPayload & Record<string, unknown>; header: Record<string, unknown> }> {
  const { body } = await request(app)
    .get(options.jwksPath ?? '/.well-known/jwks.json')
    .expect(200);
  const { issuer: iss = ISSUER, audience = iss } = options;
  const result = await jwtVerify(token, createLocalJWKSet(body as JSONWebKeySet), { issuer: iss, audience });
  return { payload: result.payload, header: { ...result.protectedHeader } };
}

export function keyPair(curve = 'P-256'): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: curve });
}
