import { asTokenError } from '../errors/as-token-error.js';
import { TemporarilyUnavailableError } from '../errors/catalogue.js';
import type { TokenError } from '../errors/token-error.js';
import { ImportedKeys } from '../keys/imported-keys.js';
import type { JsonWebKey } from '../keys/json-web-key.js';
import type { VerificationKey } from '../keys/jwk.js';
import { isObject } from '../values.js';
import { FetchBudget } from './fetch-budget.js';
import { jwksFetcher } from './fetch-jwks.js';
import { usableKey, type VerificationKeys } from './keys.js';

/** Milliseconds until a set is fetched anew, while requests go on with it. */
const MAX_AGE = 300_000;
/** Milliseconds until requests wait for that: a process that slept takes no key that was dropped long ago. */
const TOO_OLD = 2 * MAX_AGE;
/**
 * Keys under one kid that are looked at. RFC 7517 §4.5: they are "equivalent alternatives" of different types, if they
 * are not distinct.
 */
const MAX_ALTERNATIVES = 4;

interface RemoteKeysOptions {
  jwksUri: string;
  /** Milliseconds for one fetch. */
  storeTimeout: number;
  /** Milliseconds, monotonic; for specs. */
  now?: () => number;
}

/**
 * The keys of an issuer elsewhere, from its JWKS. A fetch replaces the whole set; one that fails leaves it as it was.
 *
 * Tokens with a known kid wait for nothing but the refresh of a set that is too old, and in an outage not even for
 * that. Those with an unknown kid wait for a fetch, where the budget that all share allows one.
 */
export class RemoteKeys implements VerificationKeys {
  private readonly fetchJwks: () => Promise<readonly unknown[]>;
  private readonly now: () => number;
  private readonly budget: FetchBudget;
  private jwks: ReadonlyMap<string, readonly JsonWebKey[]> = new Map();
  private readonly imported = new ImportedKeys();
  private fetchedAt = -Infinity;
  /** Of the last fetch that ended; undefined where it succeeded. */
  private failure: TokenError | undefined;
  /** The fetch under way; it never rejects. */
  private flight: Promise<void> | undefined;

  constructor({ jwksUri, storeTimeout, now = () => performance.now() }: RemoteKeysOptions) {
    this.fetchJwks = jwksFetcher(jwksUri, storeTimeout);
    this.now = now;
    this.budget = new FetchBudget(now);
  }

  async find(kid: string): Promise<VerificationKey | undefined> {
    const known = this.known(kid);
    if (known === undefined) return this.findUnknown(kid);
    const age = this.now() - this.fetchedAt;
    if (age < MAX_AGE) return known;
    const refreshed = this.refresh();
    if (age < TOO_OLD || this.failure !== undefined) return known;
    await refreshed;
    return this.known(kid);
  }

  /** Imported when a token names it: the issuer elsewhere chooses how many keys it publishes. */
  private known(kid: string): VerificationKey | undefined {
    return usableKey(this.jwks.get(kid) ?? [], this.imported);
  }

  private async findUnknown(kid: string): Promise<VerificationKey | undefined> {
    const underWay = this.flight;
    await (underWay ?? this.refresh());
    // What was under way may have been answered before this key was published.
    if (underWay !== undefined && this.failure === undefined && this.known(kid) === undefined) await this.refresh();
    const key = this.known(kid);
    if (key !== undefined || this.failure === undefined) return key;
    const { reason, cause } = this.failure;
    throw new TemporarilyUnavailableError({ reason, cause });
  }

  /** Fetches the set where the budget allows it, once for all who ask meanwhile. */
  private refresh(): Promise<void> | undefined {
    if (this.flight === undefined && this.budget.spend()) this.flight = this.fetch();
    return this.flight;
  }

  private async fetch(): Promise<void> {
    try {
      this.jwks = byKid(await this.fetchJwks());
      this.fetchedAt = this.now();
      this.failure = undefined;
    } catch (thrown) {
      this.failure = asTokenError(thrown);
    } finally {
      this.flight = undefined;
    }
  }
}

function byKid(jwks: readonly unknown[]): Map<string, JsonWebKey[]> {
  const sorted = new Map<string, JsonWebKey[]>();
  for (const jwk of jwks) {
    if (!isObject(jwk) || typeof jwk.kid !== 'string') continue;
    const alternatives = sorted.get(jwk.kid) ?? [];
    if (alternatives.length < MAX_ALTERNATIVES) sorted.set(jwk.kid, [...alternatives, jwk]);
  }
  return sorted;
}
