import type { TokenEvent } from '../host/events.js';
import { algorithmNames, type AlgorithmName } from '../jwa/algorithms.js';
import type { KeyStore } from '../keys/contract.js';
import { aFunction, checkOptions, optional, type Checked, type Checks } from './check.js';
import { below, JWKS_PATH } from './issuer.js';
import { describe } from '../values.js';
import * as shared from './shared.js';
import type { ProfileName } from './shared.js';

interface AccessTokenRules {
  /** "iss" (Issuer) that tokens must have, exactly; an absolute http(s) URL without query or fragment. */
  issuer: string;
  /** "aud" (Audience) to accept; one match suffices. Default: the issuer. */
  audience?: string | readonly string[];
  /** Scopes that the token must have, all of them. Default: none. */
  scopes?: readonly string[];
  /** Seconds that the issuer's clock may differ from this one, for "exp" and "nbf". Default: 30. */
  clockTolerance?: number;
  /** "alg" values to accept. Default: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 and ES512. */
  algorithms?: readonly AlgorithmName[];
  /** `'frontier'` takes the "typ" `JWT` too. Default: `'standard'`, which takes only `at+jwt` (RFC 9068 §2.1). */
  profile?: ProfileName;
  /** Milliseconds before the key store, or the fetch of the JWKS, counts as unavailable (503). Default: 5000. */
  storeTimeout?: number;
  /**
   * Told of each request that was refused (`token.denied`) or could not be judged (`token.failed`), once it was
   * answered; of those that passed, nothing. A listener that throws, rejects or hangs breaks nothing.
   */
  onEvent?: (event: TokenEvent) => void | Promise<void>;
}

interface SameProcess {
  /** The key store that signs the tokens, where the issuer is in this process. */
  keyStore: KeyStore;
  jwksUri?: never;
}

interface OtherProcess {
  keyStore?: never;
  /**
   * Where the issuer publishes its JWKS (RFC 7517 §5). Each guard fetches it for itself, when the first token comes and
   * then every five minutes, and at most ten times a minute. Default: issuer + `/.well-known/jwks.json`.
   */
  jwksUri?: string;
}

/** The options of `requireAccessToken` and of `AccessTokenStrategy`: the rules, and one of `keyStore` and `jwksUri`. */
export type RequireAccessTokenOptions = AccessTokenRules & (SameProcess | OtherProcess);

const checks = {
  issuer: shared.issuerUrl,
  audience: optional(shared.audience),
  scopes: optional(shared.scopeList, []),
  clockTolerance: optional(shared.seconds(0), 30),
  algorithms: optional(shared.algorithmList, algorithmNames),
  profile: optional(shared.profileName, 'standard'),
  storeTimeout: optional(shared.storeTimeout, 5000),
  onEvent: optional(aFunction<NonNullable<RequireAccessTokenOptions['onEvent']>>()),
  keyStore: optional(shared.keyStore),
  jwksUri: optional(shared.absoluteUrl),
} satisfies Checks<RequireAccessTokenOptions>;

/** The options with their defaults, finished. `jwksUri` counts only without `keyStore`. */
export type GuardOptions = Checked<typeof checks> & { readonly audience: readonly string[]; readonly jwksUri: string };

/** @throws TypeError that names the option, what was given and what is expected */
export function readGuardOptions(where: string, given: RequireAccessTokenOptions): GuardOptions {
  const options = checkOptions(where, checks, given);
  const { issuer, audience = [issuer], jwksUri = below(issuer, JWKS_PATH) } = options;
  if (options.keyStore !== undefined && options.jwksUri !== undefined) {
    const got = describe(options.jwksUri);
    throw new TypeError(`${where}: option 'jwksUri' must be left out where 'keyStore' is given, but got ${got}`);
  }
  return { ...options, audience, jwksUri };
}
