import { createHash, type JsonWebKey } from 'node:crypto';
import express, { type Request, type RequestHandler, type Router } from 'express';
import passport from 'passport';
import {
  AccessTokenStrategy,
  AssertionStrategy,
  ClientBasicStrategy,
  ClientBodyStrategy,
  ConflictError,
  MemoryStore,
  NotFoundError,
  ServiceAccounts,
  StaticKeyStore,
  StoreUnavailableError,
  TokenError,
  frontierToken,
  hashSecret,
  openApiDocument,
  requireAccessToken,
  verifySecret,
  type Credential,
  type CredentialStore,
  type FrontierTokenOptions,
  type GrantContext,
  type KeyStore,
  type OpenApiDocument,
  type ReplayStore,
  type ServiceAccount,
  type ServiceAccountStore,
  type SigningKey,
  type TokenEvent,
} from 'frontier-token';

const issuer = 'https://issuer.test';
const store = new MemoryStore();
const keyStore = await StaticKeyStore.generate();

// The least that a host gives.
const router: Router = frontierToken({ issuer, credentialStore: store, keyStore });
const guard: RequestHandler = requireAccessToken({ issuer, keyStore, scopes: ['reports:read'] });
express()
  .use('/auth', router)
  .get('/reports', guard, (req, res) => {
    const token: string | undefined = req.auth?.token;
    const subject: unknown = req.auth?.payload.sub;
    res.json({ token, subject, kid: req.auth?.header.kid });
  });

// Everything that it may give.
const credential: Credential = {
  id: 'c-1',
  accountId: 'a-1',
  createdAt: new Date(),
  type: 'client_secret',
  secretHash: 'sha256$',
};
const account: ServiceAccount = { id: 'a-1', state: 'enabled', scopes: [], createdAt: new Date() };

class Adapter implements CredentialStore {
  readonly decoySecretHash = 'sha256$';

  findCredential(id: string): Promise<(Credential & { account: ServiceAccount | undefined }) | undefined> {
    return Promise.resolve(id === 'c-1' ? { ...credential, account } : undefined);
  }
}

const signingKey: SigningKey = {
  kid: '1',
  alg: 'ES256',
  sign: (data: Uint8Array) => Promise.resolve(createHash('sha256').update(data).digest()),
};
const kms: KeyStore = {
  signingKey: () => Promise.resolve(signingKey),
  publicKeys: (): Promise<JsonWebKey[]> => Promise.resolve([]),
};
const replayStore: ReplayStore = {
  claim: (id: string, expiresAt: Date) => Promise.resolve(id.length < expiresAt.getTime()),
};

const options: FrontierTokenOptions = {
  issuer,
  credentialStore: new Adapter(),
  keyStore: kms,
  path: '/token',
  jwksPath: false,
  metadataPath: false,
  openApiPath: '/openapi.json',
  tokenEndpoint: 'https://issuer.test/token',
  jwksUri: 'https://issuer.test/jwks',
  audience: [issuer, 'https://other.test'],
  accessTokenLifetime: 600,
  profile: 'frontier',
  assertion: {
    audience: [issuer],
    clockTolerance: 5,
    maxLifetime: 60,
    algorithms: ['RS256', 'ES256'],
    requireJti: true,
  },
  replayStore,
  claims: (grant: GrantContext) => ({ org: grant.account.orgId, ip: grant.request.ip }),
  authorize: async (grant: GrantContext): Promise<boolean> => Promise.resolve(grant.scopes.length > 0),
  verifySecret: (secret: string, hash: string): Promise<boolean> => Promise.resolve(secret === hash),
  storeTimeout: 1000,
  bodyLimit: 4096,
  rateLimit: { failures: 5, seconds: 60 },
  onEvent: (event: TokenEvent) => {
    const { type, time, durationMs, status, reason, scopes } = event;
    console.log(type, time.toISOString(), durationMs.toFixed(), status, reason, scopes?.join(' '));
  },
};
frontierToken(options);
frontierToken({ ...options, replayStore: false, rateLimit: false });
const { paths, components }: OpenApiDocument = openApiDocument(options);
openApiDocument({ issuer, mountPath: '/auth' });
requireAccessToken({ issuer, jwksUri: 'https://issuer.test/jwks', audience: 'x', clockTolerance: 5 });
requireAccessToken({ issuer });

// Strategies of the host's own passport.
passport.use(new ClientBasicStrategy({ credentialStore: store }));
passport.use(new ClientBodyStrategy({ credentialStore: store, realm: 'reports' }));
passport.use(new AssertionStrategy({ issuer, credentialStore: store, replayStore }));
passport.use(new AccessTokenStrategy({ issuer, keyStore }));

// Management.
const writable: ServiceAccountStore = store;
const accounts = new ServiceAccounts(writable, { issuer });
const robot: ServiceAccount = await accounts.create({ title: 'nightly export', scopes: ['reports:read'] });
const secret = await accounts.createSecret(robot.id, { expiresAt: new Date(Date.now() + 1000) });
const shown: [string, string, Date | undefined] = [secret.clientId, secret.clientSecret, secret.expiresAt];
const key = await accounts.createKey(robot.id, { alg: 'ES256' });
const file: [string, string, string, string] = [key.kid, key.principal_id, key.private_key, key.token_uri];
const frontierKey = await accounts.createKey(robot.id, { format: 'frontier' });
const { kid }: { kid: string } = await accounts.addPublicKey(robot.id, frontierKey.private_key);
await accounts.revokeCredential(kid);
await StaticKeyStore.fromPem('', { kid: '1', alg: 'RS256' });
await StaticKeyStore.fromJwks({ keys: [] });
const fits: boolean = await verifySecret('secret', await hashSecret('secret'));

function statusOf(thrown: unknown): number {
  if (thrown instanceof NotFoundError || thrown instanceof ConflictError) return thrown.status;
  return thrown instanceof TokenError ? thrown.status : new StoreUnavailableError('down').status;
}

export function subject(req: Request): unknown {
  return [req.auth?.payload.sub, shown, file, fits, statusOf, paths, components];
}
