import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import {
  frontierToken,
  MemoryStore,
  requireAccessToken,
  ServiceAccounts,
  StaticKeyStore,
  type ServiceAccount,
} from 'frontier-token';
import { GoogleAuth, JWT } from 'google-auth-library';
import { decodeJwt, importPKCS8, SignJWT, type JWTPayload } from 'jose';
import jwt from 'jsonwebtoken';
import { JwksClient } from 'jwks-rsa';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { JWT_BEARER } from '../support/issuer.js';

/* eslint-disable @typescript-eslint/no-deprecated -- deprecated only to stand out: specs have no TLS */
const insecure = { [oauth.allowInsecureRequests]: true };
const withoutTls = [openid.allowInsecureRequests];
/* eslint-enable @typescript-eslint/no-deprecated */

/** A host that listens, as clients find it: the router, and a route of the host's own. */
interface Listening {
  server: Server;
  issuer: string;
  accounts: ServiceAccounts;
  robot: ServiceAccount;
  clientId: string;
  clientSecret: string;
  key: Awaited<ReturnType<ServiceAccounts['createKey']>>;
}

async function listen(issuerPath: string): Promise<Listening> {
  const app = express();
  const server = await new Promise<Server>((resolve) => {
    const listening: Server = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}${issuerPath}`;
  const store = new MemoryStore();
  const keyStore = await StaticKeyStore.generate();
  const accounts = new ServiceAccounts(store, { issuer });
  const robot = await accounts.create({ scopes: ['reports:read', 'reports:write'] });
  const router = frontierToken({ issuer, credentialStore: store, keyStore });
  // RFC 8414 §3.1 has the metadata of an issuer with a path at the root, and all else is below the path.
  if (issuerPath !== '') app.use(issuerPath, router);
  app.use(router);
  app.get('/reports', requireAccessToken({ issuer, keyStore, scopes: ['reports:read'] }), (req, res) => {
    res.json({ sub: req.auth!.payload.sub });
  });
  const secret = await accounts.createSecret(robot.id);
  return { server, issuer, accounts, robot, ...secret, key: await accounts.createKey(robot.id) };
}

describe.each([
  ['without a path', ''],
  ['with a path', '/tenants/a'],
])('at an issuer %s', (_what, issuerPath) => {
  let host: Listening;
  beforeAll(async () => (host = await listen(issuerPath)));
  afterAll(async () => {
    host.server.closeAllConnections();
    await new Promise((resolve) => host.server.close(resolve));
  });

  const reports = async (token: string) => {
    const headers = { Authorization: `Bearer ${token}` };
    const answer = await fetch(new URL('/reports', host.issuer), { headers });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const signedAssertion = async (more: JWTPayload = {}) => {
    const { kid, client_email: id, private_key, token_uri } = host.key;
    const header = { alg: 'RS256', kid };
    const claims = new SignJWT(more).setIssuer(id).setSubject(id).setAudience(token_uri).setIssuedAt();
    return claims
      .setExpirationTime('1m')
      .setProtectedHeader(header)
      .sign(await importPKCS8(private_key, 'RS256'));
  };

  describe('oauth4webapi', () => {
    let as: oauth.AuthorizationServer;
    beforeAll(async () => {
      const url = new URL(host.issuer);
      const response = await oauth.discoveryRequest(url, { algorithm: 'oauth2', ...insecure });
      as = await oauth.processDiscoveryResponse(url, response);
    });
    const client = () => ({ client_id: host.clientId });

    it('discovers the issuer', () => {
      expect(as).toMatchObject({
        issuer: host.issuer,
        token_endpoint: host.key.token_uri,
        jwks_uri: `${host.issuer}/.well-known/jwks.json`,
        grant_types_supported: ['client_credentials', JWT_BEARER],
      });
    });

    it.each([
      ['client_secret_basic', oauth.ClientSecretBasic],
      ['client_secret_post', oauth.ClientSecretPost],
    ])('gets a token with %s', async (method, authentication) => {
      expect(as.token_endpoint_auth_methods_supported).toContain(method);
      const proof = authentication(host.clientSecret);
      const response = await oauth.clientCredentialsGrantRequest(
        as,
        client(),
        proof,
        { scope: 'reports:read' },
        insecure,
      );
      const { access_token: token, scope } = await oauth.processClientCredentialsResponse(as, client(), response);
      expect(scope).toBe('reports:read');
      expect(await reports(token)).toEqual({ status: 200, body: { sub: host.robot.id } });
    });

    it('gets a token with an assertion', async () => {
      const parameters = { assertion: await signedAssertion() };
      const response = await oauth.genericTokenEndpointRequest(
        as,
        client(),
        oauth.None(),
        JWT_BEARER,
        parameters,
        insecure,
      );
      const { access_token: token } = await oauth.processGenericTokenEndpointResponse(as, client(), response);
      expect(decodeJwt(token)).toMatchObject({ sub: host.robot.id, client_id: host.key.kid });
      expect((await reports(token)).status).toBe(200);
    });

    it('reads the refusal of a wrong secret, and its challenge', async () => {
      const wrong = oauth.ClientSecretBasic('wrong');
      const response = await oauth.clientCredentialsGrantRequest(as, client(), wrong, {}, insecure);
      const refusal = oauth.processClientCredentialsResponse(as, client(), response);
      await expect(refusal).rejects.toMatchObject({
        status: 401,
        cause: [{ scheme: 'basic', parameters: { realm: host.issuer } }],
      });
    });

    it('reads the refusal of a scope', async () => {
      const secret = oauth.ClientSecretPost(host.clientSecret);
      const response = await oauth.clientCredentialsGrantRequest(as, client(), secret, { scope: 'admin' }, insecure);
      const refusal = oauth.processClientCredentialsResponse(as, client(), response);
      await expect(refusal).rejects.toMatchObject({ error: 'invalid_scope', status: 400 });
    });

    it('validates the token as a resource server does (RFC 9068 §4)', async () => {
      const secret = oauth.ClientSecretBasic(host.clientSecret);
      const response = await oauth.clientCredentialsGrantRequest(as, client(), secret, {}, insecure);
      const { access_token: token } = await oauth.processClientCredentialsResponse(as, client(), response);
      const incoming = new Request('https://api.test/', { headers: { Authorization: `Bearer ${token}` } });
      const claims = await oauth.validateJwtAccessToken(as, incoming, host.issuer, insecure);
      expect(claims).toMatchObject({ sub: host.robot.id, client_id: host.clientId, iss: host.issuer });
    });
  });

  describe('openid-client', () => {
    const discovered = (authentication: openid.ClientAuth) => {
      const options = { algorithm: 'oauth2' as const, execute: withoutTls };
      return openid.discovery(new URL(host.issuer), host.clientId, undefined, authentication, options);
    };

    it.each([
      ['client_secret_basic', openid.ClientSecretBasic],
      ['client_secret_post', openid.ClientSecretPost],
    ])('gets a token with %s', async (_method, authentication) => {
      const config = await discovered(authentication(host.clientSecret));
      const tokens = await openid.clientCredentialsGrant(config, { scope: 'reports:read reports:write' });
      expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600, scope: 'reports:read reports:write' });
      expect(tokens.expiresIn()).toBeGreaterThan(3590);
      expect(await reports(tokens.access_token)).toEqual({ status: 200, body: { sub: host.robot.id } });
    });

    it('gets a token with an assertion', async () => {
      const config = await discovered(openid.None());
      const parameters = { assertion: await signedAssertion(), scope: 'reports:read' };
      const tokens = await openid.genericGrantRequest(config, JWT_BEARER, parameters);
      expect(tokens.scope).toBe('reports:read');
      expect((await reports(tokens.access_token)).status).toBe(200);
    });

    it('calls a guarded route, and is told when the scope is missing', async () => {
      const config = await discovered(openid.ClientSecretBasic(host.clientSecret));
      const { access_token: token } = await openid.clientCredentialsGrant(config, { scope: 'reports:write' });
      const call = openid.fetchProtectedResource(config, token, new URL('/reports', host.issuer), 'GET');
      await expect(call).rejects.toMatchObject({
        cause: [{ scheme: 'bearer', parameters: { error: 'insufficient_scope', scope: 'reports:read' } }],
      });
    });

    it('reads the refusal of an assertion that was used', async () => {
      const config = await discovered(openid.None());
      const used = { assertion: await signedAssertion({ jti: 'used' }) };
      await openid.genericGrantRequest(config, JWT_BEARER, used);
      await expect(openid.genericGrantRequest(config, JWT_BEARER, used)).rejects.toMatchObject({
        status: 401,
        cause: [{ scheme: 'bearer', parameters: { realm: host.issuer } }],
      });
    });

    it('reads the refusal of what is no assertion', async () => {
      const config = await discovered(openid.None());
      const call = openid.genericGrantRequest(config, JWT_BEARER, { assertion: 'no.jwt.here' });
      await expect(call).rejects.toMatchObject({ error: 'invalid_grant', status: 400 });
    });
  });

  describe('google-auth-library, with a key file of createKey', () => {
    let folder: string;
    let keyFile: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'frontier-token-'));
      keyFile = join(folder, 'key.json');
      await writeFile(keyFile, JSON.stringify(host.key));
    });
    afterAll(() => rm(folder, { recursive: true }));
    // gaxios imports node-fetch by itself otherwise, which Jest can't.
    const transporterOptions = { fetchImplementation: fetch };

    it('signs an assertion for the token endpoint with the kid in its header', async () => {
      const { token_uri: url } = host.key;
      const client = await new GoogleAuth({ keyFile, clientOptions: { transporterOptions } }).getClient();
      const headers = await client.getRequestHeaders(url);
      headers.set('Content-Type', 'application/x-www-form-urlencoded');
      const body = new URLSearchParams({ grant_type: JWT_BEARER });
      const answer = (await (await fetch(url, { method: 'POST', headers, body })).json()) as { access_token: string };
      expect(decodeJwt(answer.access_token)).toMatchObject({ sub: host.robot.id, client_id: host.key.kid });
      expect((await reports(answer.access_token)).status).toBe(200);
    });

    it('fetches tokens of the scopes it was made with, without a sub, and the kid in the payload', async () => {
      const { kid, token_uri: url } = host.key;
      // It knows Google's own endpoint only: "aud" and the kid are claims that it is handed, the URL an interceptor's.
      const additionalClaims = { aud: url, kid };
      const client = new JWT({ additionalClaims, scopes: ['reports:read'], transporterOptions });
      client.fromJSON(host.key);
      client.transporter.interceptors.request.add({ resolved: async (config) => ({ ...config, url: new URL(url) }) });
      const { token } = await client.getAccessToken();
      expect(decodeJwt(token!)).toMatchObject({ sub: host.robot.id, client_id: kid, scope: 'reports:read' });
      expect((await reports(token!)).status).toBe(200);
    });
  });

  it('jwks-rsa and jsonwebtoken verify a token, and refuse one of another issuer', async () => {
    const body = new URLSearchParams({ grant_type: JWT_BEARER, assertion: await signedAssertion() });
    const answer = await fetch(host.key.token_uri, { method: 'POST', body });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const jwks = new JwksClient({ jwksUri: `${host.issuer}/.well-known/jwks.json`, cache: true, rateLimit: true });
    const verify = (given: string) =>
      new Promise((resolve, reject) => {
        const getKey: jwt.GetPublicKeyOrSecret = ({ kid }, done) =>
          void jwks.getSigningKey(kid).then(
            (key) => done(null, key.getPublicKey()),
            (error: unknown) => done(error as Error),
          );
        const expected = { algorithms: ['RS256' as const], issuer: host.issuer, audience: host.issuer };
        jwt.verify(given, getKey, expected, (error, claims) => (error ? reject(error) : resolve(claims)));
      });
    expect(await verify(token)).toMatchObject({ sub: host.robot.id, client_id: host.key.kid });
    const stranger = await listen(issuerPath);
    const foreign = await fetch(stranger.key.token_uri, {
      method: 'POST',
      headers: { Authorization: `Basic ${btoa(`${stranger.clientId}:${stranger.clientSecret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const { access_token: foreignToken } = (await foreign.json()) as { access_token: string };
    stranger.server.closeAllConnections();
    stranger.server.close();
    await expect(verify(foreignToken)).rejects.toThrow('Unable to find a signing key');
  });
});
