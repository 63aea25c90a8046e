import { randomBytes } from 'node:crypto';
import { InvalidClientError } from '../errors/catalogue.js';
import type { TokenErrorOptions } from '../errors/token-error.js';
import { ask } from '../host/ask.js';
import type { ClientSecret } from '../http/basic.js';
import { provenClient, type Client } from './client.js';
import type { CredentialStore, FoundCredential, VerifySecret } from './contract.js';
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
  const asked = new Map<string, FoundCredential | undefined>();
  let mismatch: FoundCredential | undefined;
  for (const { id, secret } of readings) {
    if (!asked.has(id)) asked.set(id, await findCredential(settings.credentialStore, id, settings.storeTimeout));
    const found = asked.get(id);
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

function fitsHash(secret: string, secretHash: string, settings: SecretSettings): Promise<boolean> {
  const { verifySecret, storeTimeout } = settings;
  const check = secretCheckFor(secretHash);
  if (check) return check(secret, secretHash, storeTimeout);
  return verifySecret ? fitsForHost(secret, secretHash, verifySecret, storeTimeout) : Promise.resolve(false);
}

/** It waits its turn like our own slow checks: argon2 uses libuv's threads too. */
async function fitsForHost(
  secret: string,
  secretHash: string,
  verify: VerifySecret,
  timeout: number,
): Promise<boolean> {
  const answer: unknown = await slowCheck(timeout, () =>
    ask('verify_secret', timeout, () => verify(secret, secretHash)),
  );
  return answer === true;
}
