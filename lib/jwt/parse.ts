import { isUtf8 } from 'node:buffer';
import { isObject } from '../values.js';

/** A JWT that was read and not yet believed. */
export interface UnverifiedJwt {
  token: string;
  header: Record<string, unknown>;
  payload: Record<string, unknown>;
  signature: Buffer;
}

/**
 * Reads a JWS in compact serialisation (RFC 7515 §3.1) whose payload is a JSON object (RFC 7519 §7.2). Strict: three
 * base64url parts without padding, spaces or stray bits, so that one JWT has one spelling.
 *
 * @returns undefined where it is no JWT
 */
export function parseJwt(token: string): UnverifiedJwt | undefined {
  const [first, second, third, more] = token.split('.', 4);
  if (first === undefined || second === undefined || third === undefined || more !== undefined) return undefined;
  const header = jsonObject(first);
  const payload = header && jsonObject(second);
  const signature = payload && decode(third);
  return signature && { token, header, payload, signature };
}

function jsonObject(part: string): Record<string, unknown> | undefined {
  const bytes = decode(part);
  if (!bytes || !isUtf8(bytes)) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function decode(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : undefined;
}
