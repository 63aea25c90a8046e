import type { Request } from 'express';
import type { CredentialStore, PublicCredential, ServiceAccount, VerifySecret } from '../credentials/contract.js';
import type { TokenEvent } from '../host/events.js';
import type { KeyStore } from '../keys/contract.js';
import type { ReplayStore } from '../replay/contract.js';
import { aFunction, group, objectWith, optional, orFalse, wholeNumber, type Check, type Checks } from './check.js';
import { isObject } from '../values.js';
import { JWKS_PATH, TOKEN_PATH } from './issuer.js';
import * as shared from './shared.js';
import type { ProfileName } from './shared.js';
import { assertionChecks, type AssertionOptions } from './strategy-options.js';

/** What the hooks `authorize` and `claims` are told of a grant: the client is proven, its scopes are settled. */
export interface GrantContext {
  grantType: string;
  account: ServiceAccount;
  credential: PublicCredential;
  scopes: string[];
  request: Request;
}

/** A budget of failed attempts. */
export interface AttemptBudget {
  /** Failed attempts per client id (or key id) and IP. Default: 30. */
  failures?: number;
  /** The window, in seconds. Default: 60. */
  seconds?: number;
}

/** What is asked of a limiter: any of rate-limiter-flexible fits. */
export interface AttemptLimiter {
  get(key: string): Promise<AttemptCount | null>;
  /** Rejects with an `AttemptCount` once the budget is spent. */
  consume(key: string): Promise<unknown>;
}

export interface AttemptCount {
  remainingPoints: number;
  /** Milliseconds until the window ends. */
  msBeforeNext: number;
}

export interface FrontierTokenOptions {
  /** "iss" of issued tokens (RFC 9068 §2.2): an absolute http(s) URL without query or fragment. */
  issuer: string;
  /** Where credentials and accounts are found. */
  credentialStore: CredentialStore;
  /** Where signing keys come from. */
  keyStore: KeyStore;
  /** The token route, below wherever the host mounts the router. Default: `/v1beta1/auth/token`. */
  path?: string;
  /** The JWKS route (RFC 7517 §5); `false` turns it off. Default: `/.well-known/jwks.json`. */
  jwksPath?: string | false;
  /** The server metadata (RFC 8414); `false` turns it off. Default: `/.well-known/oauth-authorization-server`. */
  metadataPath?: string | false;
  /** An OpenAPI 3.1 document of these routes, as they are mounted; `false`: none. Default: `false`. */
  openApiPath?: string | false;
  /**
   * The absolute URL of the token route, where a proxy changes it or the mount path has parameters. Default: issuer +
   * mount path (left out where the issuer already ends with it) + `path`.
   */
  tokenEndpoint?: string;
  /** The absolute URL of the JWKS in the metadata. Default: likewise, with `jwksPath`. */
  jwksUri?: string;
  /** "aud" of issued tokens (RFC 9068 §2.2). Default: the issuer. */
  audience?: string | readonly string[];
  /** Seconds. Default: 3600. */
  accessTokenLifetime?: number;
  /** `frontier` accepts and issues what Raystack Frontier does. Default: `standard`. */
  profile?: ProfileName;
  /** How assertions are checked. */
  assertion?: AssertionOptions;
  /**
   * Remembers the "jti" of assertions until they expire; `false` turns it off. Default: `credentialStore` where it has
   * `claim`, else in memory.
   */
  replayStore?: ReplayStore | false;
  /** Extra claims. They can't override `iss sub aud exp iat nbf jti client_id scope`, nor the profile's. Default: none. */
  claims?: (grant: GrantContext) => object | Promise<object>;
  /** Anything but `true` is answered with 403. Default: none. */
  authorize?: (grant: GrantContext) => boolean | Promise<boolean>;
  /** For hashes of schemes that the package does not know (argon2, a legacy table). Default: none. */
  verifySecret?: VerifySecret;
  /** Milliseconds before a store or hook counts as unavailable (503). Default: 5000. */
  storeTimeout?: number;
  /** Bytes; larger bodies are answered with 413. Default: 64 KiB. */
  bodyLimit?: number;
  /**
   * Guards against guessing: failed authentications per client id (or key id) and IP. `{ limiter }` takes any limiter
   * of rate-limiter-flexible; `false` turns it off. Default: 30 failures in 60 seconds, in memory.
   */
  rateLimit?: AttemptBudget | { limiter: AttemptLimiter } | false;
  /** Told of each request to the token route, once, when it is answered. Default: none. */
  onEvent?: (event: TokenEvent) => unknown;
}

/** `setTimeout`, on which the limiter in memory rests, knows no longer delay. */
const LONGEST_WINDOW = 24 * 86_400;

const budget = group({
  failures: optional(wholeNumber('failures', 1, 1_000_000), 30),
  seconds: optional(wholeNumber('seconds', 1, LONGEST_WINDOW), 60),
} satisfies Checks<AttemptBudget>);

const hostLimiter = group({
  limiter: objectWith<AttemptLimiter>('limiter of rate-limiter-flexible', 'get', 'consume'),
});

const rateLimit: Check<ReturnType<typeof budget> | ReturnType<typeof hostLimiter> | false> = orFalse((given) => {
  if (!isObject(given)) return budget(given);
  const { limiter, ...rest } = given;
  return limiter === undefined ? budget(rest) : hostLimiter(given);
});

export const routerChecks = {
  issuer: shared.issuerUrl,
  credentialStore: shared.credentialStore,
  keyStore: shared.keyStore,
  path: optional(shared.routePath, TOKEN_PATH),
  jwksPath: optional(orFalse(shared.routePath), JWKS_PATH),
  metadataPath: optional(orFalse(shared.routePath), '/.well-known/oauth-authorization-server'),
  openApiPath: optional(orFalse(shared.routePath), false),
  tokenEndpoint: optional(shared.absoluteUrl),
  jwksUri: optional(shared.absoluteUrl),
  audience: optional(shared.audience),
  accessTokenLifetime: optional(shared.seconds(1), 3600),
  profile: optional(shared.profileName, 'standard'),
  assertion: (given: unknown) => group(assertionChecks)(given === undefined ? {} : given),
  replayStore: optional(shared.replayStore),
  claims: optional(aFunction<NonNullable<FrontierTokenOptions['claims']>>()),
  authorize: optional(aFunction<NonNullable<FrontierTokenOptions['authorize']>>()),
  verifySecret: optional(aFunction<VerifySecret>()),
  storeTimeout: optional(shared.storeTimeout, 5000),
  bodyLimit: optional(wholeNumber('bytes', 1, 2 ** 30), 64 * 1024),
  rateLimit: (given: unknown) => rateLimit(given === undefined ? {} : given),
  onEvent: optional(aFunction<NonNullable<FrontierTokenOptions['onEvent']>>()),
} satisfies Checks<FrontierTokenOptions>;
