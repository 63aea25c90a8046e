import type { CredentialStore, VerifySecret } from '../credentials/contract.js';
import { algorithmNames, type AlgorithmName } from '../jwa/algorithms.js';
import type { ReplayStore } from '../replay/contract.js';
import { aFunction, flag, optional, text, type Checks } from './check.js';
import * as shared from './shared.js';
import type { ProfileName } from './shared.js';

/** Options of `ClientBasicStrategy` and `ClientBodyStrategy`. */
export interface ClientStrategyOptions {
  credentialStore: CredentialStore;
  /** "realm" of the challenge (RFC 9110 §11.5). Default: `frontier-token`. */
  realm?: string;
  /** For hashes of schemes that the package does not know (argon2, a legacy table). Default: none. */
  verifySecret?: VerifySecret;
  /** Milliseconds before a store call counts as unavailable. Default: 5000. */
  storeTimeout?: number;
}

/** How assertions are checked (RFC 7523 §3). */
export interface AssertionOptions {
  /**
   * "aud" values to accept; one match suffices. Where set, it replaces the default: repeat the issuer and the token
   * endpoint to keep them. Default: both.
   */
  audience?: string | readonly string[];
  /** Seconds that clocks may differ by. Default: 30. */
  clockTolerance?: number;
  /** The longest `exp - iat` to accept, in seconds. Default: 3600. */
  maxLifetime?: number;
  /** "alg" values to accept. Default: RS256 … ES512, all asymmetric ones. */
  algorithms?: readonly AlgorithmName[];
  /** Whether an assertion without a "jti" is refused. Default: false. */
  requireJti?: boolean;
}

/** Options of `AssertionStrategy`. */
export interface AssertionStrategyOptions extends AssertionOptions {
  /** The issuer of access tokens: the realm of the challenge, and an "aud" of assertions. */
  issuer: string;
  credentialStore: CredentialStore;
  /** Remembers each "jti" until it expires; `false`: none. Default: `credentialStore` where it has `claim`, else in memory. */
  replayStore?: ReplayStore | false;
  /** `frontier` takes what Raystack Frontier takes. Default: `standard`. */
  profile?: ProfileName;
  /** Milliseconds before a store call counts as unavailable. Default: 5000. */
  storeTimeout?: number;
}

export const clientStrategyChecks = {
  credentialStore: shared.credentialStore,
  realm: optional(text, 'frontier-token'),
  verifySecret: optional(aFunction<VerifySecret>()),
  storeTimeout: optional(shared.storeTimeout, 5000),
} satisfies Checks<ClientStrategyOptions>;

export const assertionChecks = {
  audience: optional(shared.audience),
  clockTolerance: optional(shared.seconds(0), 30),
  maxLifetime: optional(shared.seconds(1), 3600),
  algorithms: optional(shared.algorithmList, algorithmNames),
  requireJti: optional(flag, false),
} satisfies Checks<AssertionOptions>;

export const assertionStrategyChecks = {
  ...assertionChecks,
  issuer: shared.issuerUrl,
  credentialStore: shared.credentialStore,
  replayStore: optional(shared.replayStore),
  profile: optional(shared.profileName, 'standard'),
  storeTimeout: optional(shared.storeTimeout, 5000),
} satisfies Checks<AssertionStrategyOptions>;
