import { generateKeyPairSync, sign } from 'node:crypto';
import { TokenError } from '../../../lib/errors/token-error.js';

export const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const key = ec();

/** A JWT over any header and claims, signed with ES256 whatever the header says. */
export function signed(header: object, claims: object, { privateKey } = key): string {
  const data = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = sign('sha256', Buffer.from(data), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${data}.${signature.toString('base64url')}`;
}

/** What `judge` finds out, or its refusal. Anything else that is thrown fails the spec. */
export async function outcome(judge: () => Promise<string>): Promise<string | TokenError> {
  try {
    return await judge();
  } catch (thrown) {
    if (thrown instanceof TokenError && thrown.status < 500) return thrown;
    throw thrown;
  }
}
