import { randomBytes, randomUUID } from 'node:crypto';
import type { JsonWebKey } from '../keys/json-web-key.js';
import { types } from 'node:util';
import type { Credential, KeyCredential, SecretCredential, ServiceAccount } from '../credentials/contract.js';
import { copyAccount, copyCredential } from '../credentials/copies.js';

/** Its milliseconds are not zero, and end in no zero. */
const CREATED = Date.parse('2024-02-29T23:59:58.123Z');

/** A UUID, which any table can hold, with letters; new each time: tables may still hold what an earlier rule had. */
export function newId(): string {
  return `c0ffee${randomUUID().slice(6)}`;
}

/** An account with the members that it must have, and those given; nothing in it is shared. */
export function anAccount(more: Partial<ServiceAccount> = {}): ServiceAccount {
  return copyAccount({ id: newId(), state: 'enabled', scopes: [], createdAt: new Date(CREATED), ...more });
}

type More = Partial<Omit<Credential, 'type' | 'accountId'>>;

/** A client secret of an account; each has a hash of its own, of the longest form that the package makes. */
export function aSecret(owner: { id: string }, more: More = {}): SecretCredential {
  const secret: SecretCredential = { ...common(owner, newId()), type: 'client_secret', secretHash: newHash() };
  return copyCredential({ ...secret, ...more }) as SecretCredential;
}

/** A service-account key of an account. */
export function aKey(owner: { id: string }, more: More & { publicKey?: JsonWebKey } = {}): KeyCredential {
  const key: KeyCredential = { ...common(owner, newId()), type: 'public_key', publicKey: EC_KEY };
  return copyCredential({ ...key, ...more }) as KeyCredential;
}

/** As `hashSecret` makes them: 87 characters, capital and small letters, several `$`. */
function newHash(): string {
  const [salt, key] = [randomBytes(16), randomBytes(32)].map((bytes) => bytes.toString('base64url'));
  return `scrypt$ln=15,r=8,p=3$${salt}$${key}`;
}

function common({ id: accountId }: { id: string }, id: string) {
  return { id, accountId, createdAt: new Date(CREATED) };
}

/** The public half of RFC 7515, appendix A.3. */
export const EC_KEY = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  alg: 'ES256',
};

/** The public half of RFC 7515, appendix A.2. */
export const RSA_KEY = {
  kty: 'RSA',
  n: 'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
  e: 'AQAB',
  alg: 'RS256',
};

/** Changes everything in what a store gave that can be changed. */
export function spoil(given: unknown): void {
  if (typeof given !== 'object' || given === null) return;
  if (types.isDate(given)) {
    given.setTime(0);
    return;
  }
  for (const name of Object.keys(given)) {
    const value: unknown = Reflect.get(given, name);
    if (typeof value === 'object') spoil(value);
    // Says false, and does not throw, where it is frozen.
    else Reflect.set(given, name, 'spoiled');
  }
  Reflect.set(given, Array.isArray(given) ? given.length : 'spoiled', 'spoiled');
}
