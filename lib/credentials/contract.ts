import type { JsonWebKey } from '../keys/json-web-key.js';

export interface ServiceAccount {
  id: string;
  title?: string;
  /** The organisation that owns it (`org_ids` in tokens of the frontier profile). */
  orgId?: string;
  /** Any other word than `enabled` counts as disabled. */
  state: 'enabled' | 'disabled';
  /** Scope tokens (RFC 6749 §3.3) that its tokens may carry. */
  scopes: string[];
  metadata?: Record<string, unknown>;
  createdAt: Date;
}

interface CredentialBase {
  /** A secret's `client_id`, or a key's `kid`. */
  id: string;
  accountId: string;
  title?: string;
  createdAt: Date;
  expiresAt?: Date;
  /** Whatever its date: revoked. */
  revokedAt?: Date;
}

export interface SecretCredential extends CredentialBase {
  type: 'client_secret';
  /** Names its scheme: `sha256$…`, `scrypt$…`, `$2b$…`, see `hashSecret`; or one that the option `verifySecret` knows. */
  secretHash: string;
}

export interface KeyCredential extends CredentialBase {
  type: 'public_key';
  publicKey: JsonWebKey;
}

/** What proves a service account: a client secret's hash, or the public half of a service-account key. */
export type Credential = SecretCredential | KeyCredential;

/** A credential without what verifies it: what hooks, events and `req.user` see. */
export type PublicCredential = Omit<Credential, 'secretHash' | 'publicKey'>;

/** A credential and the account that owns it; `account` is undefined where the account is gone. */
export type FoundCredential = Credential & { account: ServiceAccount | undefined };

/**
 * All that the token route asks of a host's data. Asked once for each id that a request may mean.
 *
 * Rejecting with `StoreUnavailableError`, or no answer in `storeTimeout`, is answered with 503; any other throw with
 * 500. Nothing that it throws reaches the client.
 */
export interface CredentialStore {
  /**
   * The credential with this id (a secret's `client_id`, or a key's `kid`) and the account that owns it, in one call.
   * Ids compare byte for byte. `id` comes from the client: any length, any characters.
   */
  findCredential(id: string): Promise<FoundCredential | undefined>;
  /** A hash as slow to check as this store's own; an unknown client is checked against it. Default: a SHA-256 one. */
  decoySecretHash?: string;
}

/** Checks a secret against a hash of a scheme that the package does not know. Only `true` counts. */
export type VerifySecret = (secret: string, secretHash: string) => Promise<boolean>;

/** What can change of an account. */
export type AccountChanges = Partial<Omit<ServiceAccount, 'id' | 'createdAt'>>;
/** What can change of a credential. */
export interface CredentialChanges {
  title?: string;
  expiresAt?: Date;
  revokedAt?: Date;
}

/**
 * A store that `ServiceAccounts` writes to. Optional members that were not given are absent, never null; dates keep
 * milliseconds; what was returned can be changed by the caller without changing the store.
 */
export interface ServiceAccountStore extends CredentialStore {
  /** Rejects with `ConflictError` where the id is taken. */
  createAccount(account: ServiceAccount): Promise<void>;
  findAccount(id: string): Promise<ServiceAccount | undefined>;
  /** By id (in the order of its bytes), those behind `after`, `limit` at most; all of them where no limit is given. */
  listAccounts(page?: { limit?: number; after?: string }): Promise<ServiceAccount[]>;
  /** The changed account; undefined where there is none. A change that is `undefined` is none. */
  updateAccount(id: string, changes: AccountChanges): Promise<ServiceAccount | undefined>;
  /** With its credentials. False where there was none. */
  deleteAccount(id: string): Promise<boolean>;
  /** Rejects with `ConflictError` where the id is taken, `NotFoundError` where there is no such account. */
  createCredential(credential: Credential): Promise<void>;
  listCredentials(accountId: string): Promise<Credential[]>;
  /** The changed credential; undefined where there is none. A change that is `undefined` is none. */
  updateCredential(id: string, changes: CredentialChanges): Promise<Credential | undefined>;
}
