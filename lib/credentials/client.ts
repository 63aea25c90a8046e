import { AccountGoneError, UnauthorizedClientError } from '../errors/catalogue.js';
import type { TokenError, TokenErrorOptions } from '../errors/token-error.js';
import type { Credential, FoundCredential, PublicCredential, ServiceAccount } from './contract.js';

/** A service account that proved who it is, and the credential that it proved it with. */
export interface Client {
  account: ServiceAccount;
  credential: PublicCredential;
}

/**
 * The client behind a credential that was just proven.
 *
 * @param refusal makes the 401 of the proof that was given
 * @throws TokenError for a credential that is revoked or expired, an account that is gone or not enabled
 */
export function provenClient(
  credential: FoundCredential,
  refusal: (options: TokenErrorOptions & { reason: string }) => TokenError,
): Client {
  const about = { accountId: credential.accountId, credentialId: credential.id };
  const { account, revokedAt, expiresAt } = credential;
  if (revokedAt !== undefined) throw refusal({ reason: 'credential_revoked', about });
  if (expiresAt && expiresAt.getTime() <= Date.now()) throw refusal({ reason: 'credential_expired', about });
  if (!account) throw new AccountGoneError({ about });
  if (account.state !== 'enabled') throw new UnauthorizedClientError({ reason: 'account_disabled', about });
  return { account, credential: publicCredential(credential) };
}

/** A credential without what verifies it: a row may have the columns of both types. */
export function publicCredential(credential: Credential): PublicCredential {
  const { id, accountId, type, title, createdAt, expiresAt, revokedAt } = credential;
  const copy: PublicCredential = { id, accountId, type, createdAt };
  if (title !== undefined) copy.title = title;
  if (expiresAt !== undefined) copy.expiresAt = expiresAt;
  if (revokedAt !== undefined) copy.revokedAt = revokedAt;
  return copy;
}
