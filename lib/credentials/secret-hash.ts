import { hash, timingSafeEqual } from 'node:crypto';
import { matchesBcrypt } from './bcrypt.js';
import { matchesOpaqueToken } from './opaque-token.js';
import { hashWithScrypt, matchesScrypt } from './scrypt.js';

/**
 * Checks a secret against a hash of one scheme. False for a hash that is malformed.
 *
 * @param wait milliseconds that a slow check waits for its turn at most; undefined: as long as it takes
 * @throws TemporarilyUnavailableError where the turn did not come in time
 */
export type SecretCheck = (secret: string, secretHash: string, wait?: number) => Promise<boolean>;

const schemes: readonly (readonly [RegExp, SecretCheck])[] = [
  [/^sha256\$/, matchesSha256],
  [/^scrypt\$/, matchesScrypt],
  [/^\$2[aby]\$/, matchesBcrypt],
  [/^sha3-256-hex\$/, matchesOpaqueToken],
];

/** The check of the scheme that a hash names; undefined for one that the package does not know. */
export function secretCheckFor(secretHash: string): SecretCheck | undefined {
  return schemes.find(([name]) => name.test(secretHash))?.[1];
}

/**
 * Hashes a secret that a person chose, with a slow scheme: `scrypt$ln=15,r=8,p=3$salt$key`.
 *
 * It runs in libuv's pool, as slow checks do at most two at once in a process, and takes about 0.3 seconds of a core.
 *
 * @throws TypeError (the promise rejects) for anything but a non-empty string
 */
export async function hashSecret(secret: string): Promise<string> {
  // Not with `checkValue`, whose message shows what was given.
  if (typeof secret !== 'string' || secret === '') throw new TypeError('hashSecret: secret must be a non-empty string');
  return hashWithScrypt(secret);
}

/**
 * Checks a secret against a hash that `hashSecret` or `ServiceAccounts` made, or one as Raystack Frontier stores it:
 * bcrypt (`$2a$`, `$2b$`, `$2y$`), or `sha3-256-hex$` for its opaque tokens. Slow checks wait their turn as long as it
 * takes.
 *
 * False for a hash that is malformed, of an unknown scheme, or absurdly costly to check.
 */
export async function verifySecret(secret: string, secretHash: string): Promise<boolean> {
  if (typeof secret !== 'string' || typeof secretHash !== 'string') return false;
  return secretCheckFor(secretHash)?.(secret, secretHash) ?? false;
}

/** `sha256$` and the unpadded base64url SHA-256: enough for a secret of 256 random bits, and for no other. */
export function hashRandomSecret(secret: string): string {
  return `sha256$${hash('sha256', secret, 'base64url')}`;
}

function matchesSha256(secret: string, secretHash: string): Promise<boolean> {
  const expected = Buffer.from(hashRandomSecret(secret));
  const given = Buffer.from(secretHash);
  return Promise.resolve(expected.length === given.length && timingSafeEqual(expected, given));
}
