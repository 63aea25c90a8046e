import {
  AccessTokenStrategy,
  AssertionStrategy,
  ClientBasicStrategy,
  MemoryStore,
  ServiceAccounts,
  StaticKeyStore,
  frontierToken,
  requireAccessToken,
  type Credential,
  type CredentialStore,
  type GrantContext,
  type SigningKey,
} from 'frontier-token';
// @ts-expect-error there is no default export
import frontier from 'frontier-token';

const issuer = 'https://issuer.test';
const credentialStore = new MemoryStore();
const keyStore = await StaticKeyStore.generate();
const given = { issuer, credentialStore, keyStore };

// @ts-expect-error the issuer is required
frontierToken({ credentialStore, keyStore });
// @ts-expect-error the credential store is required
frontierToken({ issuer, keyStore });
// @ts-expect-error the key store is required
frontierToken({ issuer, credentialStore });
// @ts-expect-error options are required
frontierToken();
// @ts-expect-error unknown options are refused
frontierToken({ ...given, isuer: issuer });
// @ts-expect-error null is not "left out"
frontierToken({ ...given, path: null });
// @ts-expect-error only false turns a route off
frontierToken({ ...given, jwksPath: true });
// @ts-expect-error an unknown profile
frontierToken({ ...given, profile: 'raystack' });
// @ts-expect-error seconds are a number
frontierToken({ ...given, accessTokenLifetime: '1h' });
// @ts-expect-error HMAC is never accepted
frontierToken({ ...given, assertion: { algorithms: ['HS256'] } });
// @ts-expect-error unknown options are refused below `assertion` too
frontierToken({ ...given, assertion: { maxAge: 60 } });
// @ts-expect-error claims are an object
frontierToken({ ...given, claims: () => 'admin' });
// @ts-expect-error authorize answers with a boolean
frontierToken({ ...given, authorize: () => 'yes' });
// @ts-expect-error a rate limit has a budget or a limiter
frontierToken({ ...given, rateLimit: { perMinute: 30 } });
// @ts-expect-error a store has findCredential
frontierToken({ ...given, credentialStore: { find: () => Promise.resolve(undefined) } });
// @ts-expect-error a credential says whose it is
const ofNobody: Credential = { id: '', type: 'client_secret', secretHash: '', createdAt: new Date() };

// @ts-expect-error the issuer is required
requireAccessToken({ keyStore });
// @ts-expect-error keys come from one place
requireAccessToken({ issuer, keyStore, jwksUri: 'https://issuer.test/jwks' });
// @ts-expect-error scopes are a list
requireAccessToken({ issuer, keyStore, scopes: 'reports:read' });
// @ts-expect-error unknown options are refused
requireAccessToken({ issuer, keyStore, scope: ['reports:read'] });
// @ts-expect-error keys come from one place
new AccessTokenStrategy({ issuer, keyStore, jwksUri: 'https://issuer.test/jwks' });
// @ts-expect-error the issuer is required
new AssertionStrategy({ credentialStore });
// @ts-expect-error the credential store is required
new ClientBasicStrategy({});

// @ts-expect-error the issuer is required
const accounts = new ServiceAccounts(credentialStore);
const readOnly: CredentialStore = { findCredential: (id) => credentialStore.findCredential(id) };
// @ts-expect-error a read-only store can't be managed
new ServiceAccounts(readOnly, { issuer });
// @ts-expect-error dates are Dates
await accounts.createSecret('a-1', { expiresAt: '2030-01-01' });
// @ts-expect-error HMAC keys are never made
await accounts.createKey('a-1', { alg: 'HS256' });
// @ts-expect-error an unknown format
await accounts.createKey('a-1', { format: 'pem' });
// @ts-expect-error HMAC keys never sign
await StaticKeyStore.generate({ alg: 'HS256' });
// @ts-expect-error Frontier's readers refuse other members
export const uri: unknown = (await accounts.createKey('a-1', { format: 'frontier' })).token_uri;
// @ts-expect-error a signing key signs
export const key: SigningKey = { kid: '1', alg: 'RS256' };
// @ts-expect-error a hook never sees the hash
export const hash = (grant: GrantContext): unknown => grant.credential.secretHash;
export const unused = [frontier, accounts, ofNobody];
