import { check, date, oneOf, optional, text, wholeNumber, type Checks } from '../options/check.js';
import { isObject } from '../values.js';
import { absoluteUrl, issuerUrl, scopeList } from '../options/shared.js';
import { algorithmNames, type AlgorithmName } from '../jwa/algorithms.js';

export interface ServiceAccountsOptions {
  /** "iss" of the tokens that the accounts get: the `issuer` of `frontierToken`. */
  issuer: string;
  /** `token_uri` of key files: the absolute URL of the token route. Default: issuer + `/v1beta1/auth/token`. */
  tokenEndpoint?: string;
}

export interface AccountOptions {
  /** Default: a random UUID. */
  id?: string;
  title?: string;
  /** The organisation that owns it. */
  orgId?: string;
  /** Scope tokens (RFC 6749 §3.3) that its tokens may carry. Default: none. */
  scopes?: readonly string[];
  metadata?: Record<string, unknown>;
}

export interface AccountPage {
  /** How many at most. Default: all of them. */
  limit?: number;
  /** An id: those behind it. */
  after?: string;
}

export interface CredentialOptions {
  title?: string;
  /** From then on it is refused. Default: never. */
  expiresAt?: Date;
}

export interface KeyOptions extends CredentialOptions {
  /** "alg" (Algorithm), RFC 7518 §3.1, of the assertions that the key signs. Default: RS256. */
  alg?: AlgorithmName;
  /** `frontier`: just the members of Raystack Frontier's `KeyCredential`. Default: a file that Google's libraries take too. */
  format?: 'frontier';
}

export const serviceAccountsChecks = {
  issuer: issuerUrl,
  tokenEndpoint: optional(absoluteUrl),
} satisfies Checks<ServiceAccountsOptions>;

export const accountChecks = {
  id: optional(text),
  title: optional(text),
  orgId: optional(text),
  scopes: optional(scopeList, []),
  metadata: optional(check<Record<string, unknown>>('an object', isObject)),
} satisfies Checks<AccountOptions>;

export const pageChecks = {
  limit: optional(wholeNumber('accounts', 1, Number.MAX_SAFE_INTEGER)),
  after: optional(text),
} satisfies Checks<AccountPage>;

export const credentialChecks = {
  title: optional(text),
  expiresAt: optional(date),
} satisfies Checks<CredentialOptions>;

export const keyChecks = {
  ...credentialChecks,
  alg: optional(oneOf(...algorithmNames), 'RS256'),
  format: optional(oneOf('frontier')),
} satisfies Checks<KeyOptions>;
