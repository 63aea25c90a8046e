import { algorithmNames, type AlgorithmName } from '../../jwa/algorithms.js';
import { aFunction, checkOptions, flag, oneOf, optional, type Checked, type Checks } from '../../options/check.js';
import { seconds } from '../../options/shared.js';
import { DEFAULT_PREFIX, tablePrefix } from '../schema.js';
import { encryptionKeys, type EncryptionKey } from './encryption-key.js';
import type { SigningKeyEvent } from './events.js';

export interface SqlKeyStoreOptions {
  /**
   * Encrypts private keys in the database: 32 bytes, as a Buffer or as text in base64 or hex. Of several, the first
   * encrypts and all decrypt, so that it can be changed.
   */
  encryptionKey: EncryptionKey | readonly EncryptionKey[];
  /** What the table's name begins with. Default: `frontier_token_`. */
  tablePrefix?: string;
  /** "alg" (Algorithm) of keys to be made, RFC 7518 §3.1. Default: RS256. */
  alg?: AlgorithmName;
  /** Seconds that a key signs before the next one takes over; at least `publishAhead`. Default: 30 days. */
  rotateAfter?: number;
  /** Seconds that a key is published before it signs: verifiers must look at the JWKS within it. Default: 3600. */
  publishAhead?: number;
  /** Seconds that a key is published after its last signature: at least the longest token lifetime. Default: 86400. */
  keepFor?: number;
  /** A listener that throws, rejects or hangs breaks nothing. */
  onEvent?: (event: SigningKeyEvent) => void | Promise<void>;
}

export interface RotateOptions {
  /** Whether the key signs at once, unknown to verifiers: for a key that leaked. Default: false. */
  immediately?: boolean;
}

const checks = {
  encryptionKey: encryptionKeys,
  tablePrefix: optional(tablePrefix, DEFAULT_PREFIX),
  alg: optional(oneOf(...algorithmNames), 'RS256'),
  rotateAfter: optional(seconds(1), 30 * 86_400),
  publishAhead: optional(seconds(1), 3600),
  keepFor: optional(seconds(1), 86_400),
  onEvent: optional(aFunction<NonNullable<SqlKeyStoreOptions['onEvent']>>()),
} satisfies Checks<SqlKeyStoreOptions>;

const rotateChecks = { immediately: optional(flag, false) } satisfies Checks<RotateOptions>;

/** Finished; times are in milliseconds. */
export type KeyStoreSettings = Checked<typeof checks> & {
  /** From one look at the table to the next, at most. */
  readonly refreshEvery: number;
};

/** @throws TypeError that names the option, what was given and what is expected */
export function readKeyStoreOptions(given: SqlKeyStoreOptions): KeyStoreSettings {
  const where = 'SqlKeyStore.open';
  const options = checkOptions(where, checks, given);
  const [rotateAfter, publishAhead, keepFor] = [options.rotateAfter, options.publishAhead, options.keepFor].map(
    (time) => time * 1000,
  ) as [number, number, number];
  if (rotateAfter < publishAhead) {
    const got = `${options.rotateAfter} and ${options.publishAhead}`;
    throw new TypeError(`${where}: option 'rotateAfter' must be at least publishAhead, but got ${got} seconds`);
  }
  // Three looks before a key signs, and three before an old one goes: one may fail.
  const refreshEvery = Math.min(60_000, publishAhead / 3, keepFor / 3);
  return { ...options, rotateAfter, publishAhead, keepFor, refreshEvery };
}

/** @throws TypeError, as above */
export function readRotateOptions(given: RotateOptions): Checked<typeof rotateChecks> {
  return checkOptions('SqlKeyStore.rotate', rotateChecks, given);
}
