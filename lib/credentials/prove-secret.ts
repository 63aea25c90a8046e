import { randomBytes } from 'node:crypto';
import { InvalidClientError } from '../errors/catalogue.js';
import type { TokenErrorOptions } from '../errors/token-error.js';
import { ask } from '../host/ask.js';
import type { VerifySecret } from '../options/strategy-options.js';
import type { ClientSecret } from '../http/basic.js';
import { provenClient, type Client } from './client.js';
import type { CredentialStore, FoundCredential } from './contract.js';
import { findCredential } from './find-credential.js';
import { hashRandomSecret, secretCheckFor } from './secret-hash.js';
import { slowCheck } from './slow-checks.js';

export interface SecretSettings {
  credentialStore: CredentialStore;
  verifySecret: VerifySecret | undefined;
  /** Milliseconds. */
  storeTimeout: number;
}

/** As slow to check as the hashes of `ServiceAccounts`; nobody knows its secret. */
const DECOY = hashRandomSecret(randomBytes(32).toString('base64url'));

const refusal = (options: TokenErrorOptions & { reason: string }) => new InvalidClientError(options);

/**
 * The client whose secret this is, in the first of its readings that fits.
 *
 * An unknown id costs the same work as a wrong secret, and revocation, expiry and account are looked at only once the
 * secret has fitted: neither answer nor time tells which ids exist.
 *
 * @throws InvalidClientError, and the errors of `provenClient`, `findCredential` and `ask`
 */
export async function proveSecret(readings: readonly ClientSecret[], settings: SecretSettings): Promise<Client> {
  let mismatch: FoundCredential | undefined;
  for (const { id, secret } of readings) {
    const found = await findCredential(settings.credentialStore, id, settings.storeTimeout);
    const known = found?.type === 'client_secret' ? found : undefined;
    const fits = await fitsHash(secret, known?.secretHash ?? decoyOf(settings.credentialStore), settings);
    if (known && fits) return provenClient(known, refusal);
    mismatch ??= known;
  }
  throw mismatch
    ? refusal({ reason: 'secret_mismatch', about: { accountId: mismatch.accountId, credentialId: mismatch.id } })
    : refusal({ reason: 'client_unknown', about: { credentialId: readings[0]?.id } });
}

function decoyOf({ decoySecretHash }: CredentialStore): string {
  return typeof decoySecretHash === 'string' ? decoySecretHash : DECOY;
}

/** The host's `verifySecret` waits its turn like our own slow checks: argon2 uses libuv's threads too. */
async function fitsHash(secret: string, secretHash: string, settings: SecretSettings): Promise<boolean> {
  const { verifySecret, storeTimeout } = settings;
  const check = secretCheckFor(secretHash);
  if (check) return check(secret, secretHash, storeTimeout);
  if (!verifySecret) return false;
  const answer: unknown = await slowCheck(storeTimeout, () =>
    ask('verify_secret', storeTimeout, () => verifySecret(secret, secretHash)),
  );
  return answer === true;
}
