import { hash, timingSafeEqual } from 'node:crypto';

const SCHEME = 'sha3-256-hex$';
/** 32 bytes. */
const HEX = /^[0-9a-f]{64}$/i;

/** The hash, in this package's form, of an opaque token as Raystack Frontier keeps it: the hex SHA3-256. */
export function opaqueTokenHash(sha3Hex: string): string {
  return `${SCHEME}${sha3Hex}`;
}

/** Fast, like SHA-256: the token is 32 random bytes, spelled in hex; what is hashed are the bytes. */
export function matchesOpaqueToken(token: string, secretHash: string): Promise<boolean> {
  const digest = secretHash.slice(SCHEME.length);
  if (!HEX.test(token) || !HEX.test(digest)) return Promise.resolve(false);
  const given = hash('sha3-256', Buffer.from(token, 'hex'), 'buffer');
  return Promise.resolve(timingSafeEqual(given, Buffer.from(digest, 'hex')));
}
