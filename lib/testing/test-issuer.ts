import type { Router } from 'express';
import type { ServiceAccount } from '../credentials/contract.js';
import { MemoryStore } from '../credentials/memory-store.js';
import { ServiceAccounts } from '../credentials/service-accounts.js';
import { routerSettings } from '../endpoint/settings.js';
import { parseJwt } from '../jwt/parse.js';
import type { KeyStore } from '../keys/contract.js';
import { StaticKeyStore } from '../keys/static-key-store.js';
import { check, checkOptions, optional, text, type Checks } from '../options/check.js';
import { below } from '../options/issuer.js';
import { routerChecks, type FrontierTokenOptions } from '../options/router-options.js';
import { issuerUrl, scopeList, seconds } from '../options/shared.js';
import { frontierToken } from '../router.js';
import { accessTokenIssuer } from '../tokens/access-token.js';
import { isObject } from '../values.js';

/** Those of `frontierToken`, but for the stores. Default of `issuer`: `https://issuer.test`. */
export type TestIssuerOptions = Partial<Omit<FrontierTokenOptions, 'credentialStore' | 'keyStore'>>;

export interface TestTokenOptions {
  /** "sub" (Subject) Claim: a service account; it need not exist. Default: `test-account`. */
  sub?: string;
  /** What the token may do: its "scope". Default: the scopes of the account, where it exists, else none. */
  scopes?: readonly string[];
  /**
   * Claims to add. They have the last word, on the registered ones too, so that a spec can have the token of another
   * audience; one that is `undefined` is left out of the token.
   */
  claims?: Record<string, unknown>;
  /** Seconds until it expires. Negative: it expired that long ago. Default: the issuer's, 3600. */
  lifetime?: number;
}

/** An issuer for a host's own specs. */
export interface TestIssuer {
  /** For `requireAccessToken({ issuer, keyStore })`, as the next is. */
  readonly issuer: string;
  readonly keyStore: KeyStore;
  /** Management over the issuer's own MemoryStore. */
  readonly accounts: ServiceAccounts;
  /** `frontierToken` with all of this: the token route, JWKS and metadata. */
  readonly router: Router;
  /** An access token as the token route makes them; a TypeError (the promise rejects) for wrong options. */
  readonly token: (options?: TestTokenOptions) => Promise<string>;
}

const { credentialStore: _store, keyStore: _keyStore, ...given } = routerChecks;
const issuerChecks = {
  ...given,
  issuer: optional(issuerUrl, 'https://issuer.test'),
} satisfies Checks<TestIssuerOptions>;

const FAR = 10 * 366 * 86_400;

const tokenChecks = {
  sub: optional(text, 'test-account'),
  scopes: optional(scopeList),
  claims: optional(check<Record<string, unknown>>('an object', isObject)),
  lifetime: optional(seconds(-FAR)),
} satisfies Checks<TestTokenOptions>;

/**
 * An issuer for a host's own specs: no server, no database, an ES256 key made on the spot.
 *
 * ```ts
 * const issuer = await testIssuer({ issuer: 'https://issuer.test' });
 * const guard = requireAccessToken({ issuer: issuer.issuer, keyStore: issuer.keyStore });
 * const token = await issuer.token({ scopes: ['reports:read'] });
 * ```
 *
 * @throws TypeError (the promise rejects) for wrong options
 */
export async function testIssuer(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  const { issuer, path, tokenEndpoint = below(issuer, path) } = checkOptions('testIssuer', issuerChecks, options);
  const [store, keyStore] = [new MemoryStore(), await StaticKeyStore.generate({ alg: 'ES256' })];
  const all = { ...options, issuer, credentialStore: store, keyStore };
  const settings = routerSettings(all);

  async function token(given: TestTokenOptions = {}): Promise<string> {
    const { sub, scopes, claims, lifetime } = checkOptions('testIssuer.token', tokenChecks, given);
    const account = (await store.findAccount(sub)) ?? invented(sub);
    const issue = accessTokenIssuer({ ...settings, accessTokenLifetime: lifetime ?? settings.accessTokenLifetime });
    const issued = await issue({
      client: { account, credential: credentialOf(account) },
      scopes: scopes ?? account.scopes,
      authVia: 'client_credentials',
      claims: {},
    });
    return claims === undefined ? issued.token : withClaims(issued.token, claims, keyStore);
  }

  return {
    issuer,
    keyStore,
    accounts: new ServiceAccounts(store, { issuer, tokenEndpoint }),
    router: frontierToken(all),
    token,
  };
}

function invented(id: string): ServiceAccount {
  return { id, state: 'enabled', scopes: [], createdAt: new Date() };
}

function credentialOf({ id: accountId, createdAt }: ServiceAccount) {
  return { id: 'test-client', accountId, type: 'client_secret', createdAt } as const;
}

/** Signed anew: what issues tokens lets nobody have the last word on "iss", "aud" or "exp". */
async function withClaims(token: string, claims: Record<string, unknown>, keyStore: KeyStore): Promise<string> {
  const [header = ''] = token.split('.');
  const payload = { ...parseJwt(token)?.payload, ...claims };
  const signed = `${header}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}`;
  const key = await keyStore.signingKey();
  const signature = await key.sign(Buffer.from(signed));
  return `${signed}.${Buffer.from(signature).toString('base64url')}`;
}
