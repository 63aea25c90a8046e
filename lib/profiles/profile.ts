import type { ClaimRule } from '../assertions/claim-rules.js';
import type { ServiceAccount } from '../credentials/contract.js';
import type { SigningKey } from '../keys/contract.js';

/** What a token's claims may depend on. */
export interface TokenFacts {
  account: ServiceAccount;
  key: SigningKey;
  /** How Frontier names the grant that was used. */
  authVia: string;
}

/** Where deployments differ: everything that is not the same in both is here, and nowhere else. */
export interface Profile {
  /** Whether a missing `grant_type` is taken from the scheme of the `Authorization` header. */
  readonly grantTypeFromHeader: boolean;
  readonly assertion: {
    /** The claims' rules beside signature, "exp" and "nbf", which always hold. */
    readonly rules: readonly ClaimRule[];
    /** Whether a "jti" is taken once. */
    readonly once: boolean;
  };
  /** "typ" of issued tokens. */
  readonly tokenType: string;
  /** "typ" of tokens that the guard takes, in lower case. */
  readonly acceptedTokenTypes: readonly string[];
  /** Adds the claims of issued tokens that are there beside the standard ones. */
  addClaims(payload: Record<string, unknown>, facts: TokenFacts): void;
  /** Headers of the token route's answer beside the standard ones. */
  headers(token: string): Record<string, string>;
}
