import { randomBytes, randomUUID } from 'node:crypto';
import type { JsonWebKey } from '../keys/json-web-key.js';
import { NotFoundError } from '../errors/store-errors.js';
import { generateKeys } from '../keys/generate.js';
import { publicJwk } from '../keys/public-key.js';
import { checkOptions, checkValue, objectWith, text } from '../options/check.js';
import { below, TOKEN_PATH } from '../options/issuer.js';
import { publicCredential } from './client.js';
import type { Credential, PublicCredential, ServiceAccount, ServiceAccountStore } from './contract.js';
import { copyAccount, copyCredential, defined } from './copies.js';
import { frontierKeyFile, keyFile, type FrontierKeyFile, type KeyFile } from './key-file.js';
import { hashRandomSecret } from './secret-hash.js';
import {
  accountChecks,
  credentialChecks,
  keyChecks,
  pageChecks,
  serviceAccountsChecks,
  type AccountOptions,
  type AccountPage,
  type CredentialOptions,
  type KeyOptions,
  type ServiceAccountsOptions,
} from './service-account-options.js';

/** A client's id and secret. The secret is seen this once: the store has its hash. */
export interface CreatedSecret extends CredentialOptions {
  /** "client_id" (RFC 6749 §2.2). */
  clientId: string;
  /** "client_secret" (RFC 6749 §2.3.1): 256 random bits, base64url. */
  clientSecret: string;
  createdAt: Date;
}

const SECRET_BYTES = 32;

const serviceAccountStore = objectWith<ServiceAccountStore>(
  'ServiceAccountStore',
  'findCredential',
  'createAccount',
  'findAccount',
  'listAccounts',
  'updateAccount',
  'deleteAccount',
  'createCredential',
  'listCredentials',
  'updateCredential',
);

/**
 * Management over a writable store: accounts, their secrets and their keys.
 *
 * Every method rejects with a TypeError for wrong arguments, with `NotFoundError` for an account or a credential that
 * is unknown, and with whatever the store rejects with.
 */
export class ServiceAccounts {
  private readonly store: ServiceAccountStore;
  private readonly tokenUri: string;

  /** @throws TypeError for a store that lacks a method, and for wrong options */
  constructor(store: ServiceAccountStore, options: ServiceAccountsOptions) {
    this.store = checkValue('ServiceAccounts: store', serviceAccountStore, store);
    const { issuer, tokenEndpoint } = checkOptions('ServiceAccounts', serviceAccountsChecks, options);
    this.tokenUri = tokenEndpoint ?? below(issuer, TOKEN_PATH);
  }

  /** Rejects with `ConflictError` where the id is taken. */
  async create(options: AccountOptions = {}): Promise<ServiceAccount> {
    const { id = randomUUID(), scopes, ...rest } = checkOptions('ServiceAccounts.create', accountChecks, options);
    const account = copyAccount({ id, state: 'enabled', scopes: [...scopes], createdAt: new Date(), ...rest });
    await this.store.createAccount(account);
    return account;
  }

  async get(id: string): Promise<ServiceAccount> {
    return found('account', await this.store.findAccount(identifier('get', id)));
  }

  /** By id, in the order of its bytes. */
  async list(page: AccountPage = {}): Promise<ServiceAccount[]> {
    return this.store.listAccounts(defined(checkOptions('ServiceAccounts.list', pageChecks, page)));
  }

  /** Its credentials stay, and get no tokens until it is enabled again. */
  async disable(id: string): Promise<ServiceAccount> {
    return found('account', await this.store.updateAccount(identifier('disable', id), { state: 'disabled' }));
  }

  async enable(id: string): Promise<ServiceAccount> {
    return found('account', await this.store.updateAccount(identifier('enable', id), { state: 'enabled' }));
  }

  /** With its credentials: an account of the same id made later does not revive them. */
  async delete(id: string): Promise<void> {
    if (!(await this.store.deleteAccount(identifier('delete', id)))) throw new NotFoundError('no such account');
  }

  async createSecret(accountId: string, options: CredentialOptions = {}): Promise<CreatedSecret> {
    const owner = identifier('createSecret', accountId);
    const given = checkOptions('ServiceAccounts.createSecret', credentialChecks, options);
    const clientSecret = randomBytes(SECRET_BYTES).toString('base64url');
    const credential = await this.add({
      ...described(owner, given),
      type: 'client_secret',
      secretHash: hashRandomSecret(clientSecret),
    });
    const { id: clientId, title, createdAt, expiresAt } = credential;
    return defined({ clientId, clientSecret, title, createdAt, expiresAt });
  }

  /** A new key pair: the private half is in the file, this once; the store has the public half. */
  createKey(accountId: string, options: KeyOptions & { format: 'frontier' }): Promise<FrontierKeyFile>;
  createKey(accountId: string, options?: KeyOptions & { format?: undefined }): Promise<KeyFile>;
  async createKey(accountId: string, options: KeyOptions = {}): Promise<KeyFile | FrontierKeyFile> {
    const owner = identifier('createKey', accountId);
    const { alg, format, ...given } = checkOptions('ServiceAccounts.createKey', keyChecks, options);
    const { privateKey, publicKey } = await generateKeys(alg);
    const jwk = { ...publicKey.export({ format: 'jwk' }), alg };
    const { id: kid } = await this.add({ ...described(owner, given), type: 'public_key', publicKey: jwk });
    const key = { kid, accountId: owner, privateKey };
    return format === 'frontier' ? frontierKeyFile(key) : keyFile(key, this.tokenUri);
  }

  /**
   * The public half of a key pair that the account's owner made: a PEM (SPKI, PKCS#1) or a JWK, whose "alg" binds.
   * Private keys, RSA below 2048 bits and curves other than P-256, P-384 and P-521 are refused with a TypeError.
   *
   * @returns the "kid" that its assertions name it by; a JWK's own `kid` is not used
   */
  async addPublicKey(
    accountId: string,
    pemOrJwk: string | JsonWebKey,
    options: CredentialOptions = {},
  ): Promise<{ kid: string }> {
    const owner = identifier('addPublicKey', accountId);
    const given = checkOptions('ServiceAccounts.addPublicKey', credentialChecks, options);
    const publicKey = publicJwk(pemOrJwk);
    const { id: kid } = await this.add({ ...described(owner, given), type: 'public_key', publicKey });
    return { kid };
  }

  /** Without hashes and public keys. */
  async listCredentials(accountId: string): Promise<PublicCredential[]> {
    const id = identifier('listCredentials', accountId);
    found('account', await this.store.findAccount(id));
    return (await this.store.listCredentials(id)).map(publicCredential);
  }

  /** From now on it is refused. Tokens that it got live on until they expire. */
  async revokeCredential(id: string): Promise<void> {
    const revokedAt = new Date();
    found('credential', await this.store.updateCredential(identifier('revokeCredential', id), { revokedAt }));
  }

  private async add(credential: Credential): Promise<Credential> {
    const copy = copyCredential(credential);
    await this.store.createCredential(copy);
    return copy;
  }
}

/** What secrets and keys have in common. */
function described(accountId: string, given: CredentialOptions) {
  return { id: randomUUID(), accountId, createdAt: new Date(), ...given };
}

function identifier(method: string, given: unknown): string {
  return checkValue(`ServiceAccounts.${method}: id`, text, given);
}

/** Null for "none" is what most drivers give. */
function found<T>(what: 'account' | 'credential', answer: T | undefined | null): T {
  if (answer === undefined || answer === null) throw new NotFoundError(`no such ${what}`);
  return answer;
}
