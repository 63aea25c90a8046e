import { createSecretKey, type KeyObject } from 'node:crypto';
import { types } from 'node:util';
import { Mismatch, type Check } from '../../options/check.js';
import { kindOf } from '../../values.js';

/** 32 bytes: as they are, or as text in base64, base64url or hex. */
export type EncryptionKey = Uint8Array | string;

const BYTES = 32;
const EXPECTED = `${BYTES} bytes (a Buffer, or base64 or hex text), or an array of such keys`;

/** Copies, which no `console.log` prints. */
export interface EncryptionKeys {
  current: KeyObject;
  /** Those that decrypt: the current one and its predecessors. */
  all: readonly KeyObject[];
}

export const encryptionKeys: Check<EncryptionKeys> = (given) => {
  const all = (Array.isArray(given) ? given : [given]).map(secretKey);
  const [current] = all;
  if (!current) throw new Mismatch(EXPECTED, 'an empty array');
  return { current, all };
};

function secretKey(given: unknown): KeyObject {
  const bytes = bytesOf(given);
  if (bytes?.length !== BYTES) throw new Mismatch(EXPECTED, bytes ? `${bytes.length} bytes` : kindOf(given));
  return createSecretKey(bytes);
}

function bytesOf(given: unknown): Uint8Array | undefined {
  if (types.isUint8Array(given)) return given;
  if (typeof given !== 'string') return undefined;
  // A file or a variable often ends with a line end.
  const text = given.trim();
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  return /^[\w+/-]{43}=?$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}
