import { generateKeyPairSync, sign, type JsonWebKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { KeyStore } from '../../lib/keys/contract.js';

export const issuer = 'https://api.example.com';

export const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

/** A signing key of an issuer, and tokens made with it. Members given as `undefined` are left out. */
export class TestKey {
  readonly publicJwk: JsonWebKey;

  constructor(
    readonly kid = 'key-1',
    readonly alg = 'ES256',
    readonly pair = keyPair(alg),
  ) {
    this.publicJwk = { ...pair.publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' };
  }

  /** With jose, as any issuer would. */
  async token(claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}): Promise<string> {
    return new SignJWT(defined({ ...this.claims(), ...claims }))
      .setProtectedHeader({ ...defined({ ...this.header(), ...header }), alg: this.alg })
      .sign(this.pair.privateKey);
  }

  /** By hand and signed with this key, for tokens that no library makes; `SHA-256` only. */
  forge({ header = JSON.stringify(this.header()), payload = JSON.stringify(this.claims()) }): string {
    const data = `${base64url(header)}.${base64url(payload)}`;
    const signature = sign('sha256', Buffer.from(data), { key: this.pair.privateKey, dsaEncoding: 'ieee-p1363' });
    return `${data}.${signature.toString('base64url')}`;
  }

  header(): Record<string, unknown> {
    return { alg: this.alg, kid: this.kid, typ: 'at+jwt' };
  }

  claims(): Record<string, unknown> {
    const names = { sub: 'robot', client_id: 'client-1', jti: 'jti-1' };
    return { iss: issuer, aud: issuer, ...names, iat: inSeconds(0), nbf: inSeconds(0), exp: inSeconds(60) };
  }
}

/** A key store that publishes these. */
export function keyStoreOf(...keys: readonly TestKey[]): KeyStore {
  return storeThat(async () => keys.map(({ publicJwk }) => publicJwk));
}

/** A key store whose `publicKeys()` does this. */
export function storeThat(publicKeys: () => unknown): KeyStore {
  return {
    signingKey: () => Promise.reject(new Error('a guard asks for no signing key')),
    publicKeys: publicKeys as KeyStore['publicKeys'],
  };
}

export function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function defined(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function keyPair(alg: string): { publicKey: KeyObject; privateKey: KeyObject } {
  const curve = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }[alg];
  return curve === undefined
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: curve });
}
