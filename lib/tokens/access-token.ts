import { randomUUID } from 'node:crypto';
import type { Client } from '../credentials/client.js';
import { ServerError } from '../errors/catalogue.js';
import { ask } from '../host/ask.js';
import { algorithm } from '../jwa/algorithms.js';
import type { KeyStore, SigningKey } from '../keys/contract.js';
import { isObject } from '../values.js';
import type { Profile } from '../profiles/profile.js';

export interface AccessTokenSettings {
  issuer: string;
  audience: readonly string[];
  /** Seconds. */
  accessTokenLifetime: number;
  keyStore: KeyStore;
  profile: Profile;
  /** Milliseconds. */
  storeTimeout: number;
}

export interface TokenRequest {
  client: Client;
  scopes: readonly string[];
  /** How Frontier names the grant. */
  authVia: string;
  /** The host's, plain JSON. */
  claims: Record<string, unknown>;
}

export interface IssuedToken {
  token: string;
  jti: string;
}

export type IssueAccessToken = (request: TokenRequest) => Promise<IssuedToken>;

/**
 * Makes and signs JWT access tokens (RFC 9068 §2). Its promise rejects with TemporarilyUnavailableError or ServerError
 * where the key store or the key fails.
 */
export function accessTokenIssuer(settings: AccessTokenSettings): IssueAccessToken {
  const { keyStore, profile, storeTimeout } = settings;
  const headerFor = joseHeaders(profile.tokenType);

  const payloadFor = (request: TokenRequest, key: SigningKey, jti: string) => {
    const { client, authVia, claims } = request;
    const payload = { ...claims };
    profile.addClaims(payload, { account: client.account, key, authVia });
    addStandardClaims(payload, request, jti, settings);
    return payload;
  };

  return async (request) => {
    const key = checkedKey(await ask('key_store', storeTimeout, () => keyStore.signingKey()));
    const jti = randomUUID();
    const signed = `${headerFor(key)}.${base64url(payloadFor(request, key, jti))}`;
    const signature = await ask('signing_key', storeTimeout, () => key.sign(Buffer.from(signed)));
    return { token: `${signed}.${checkedSignature(signature, key.alg).toString('base64url')}`, jti };
  };
}

/** Made anew only where the key is another than that of the token before: 3 % of a token. */
function joseHeaders(typ: string): (key: SigningKey) => string {
  let made = { alg: '', kid: '', header: '' };
  return ({ alg, kid }) => {
    if (made.kid !== kid || made.alg !== alg) made = { alg, kid, header: base64url({ alg, kid, typ }) };
    return made.header;
  };
}

/** Behind the host's, whose claims of these names are lost. One by one: objects spread into one are copied property by property, slowly. */
function addStandardClaims(
  payload: Record<string, unknown>,
  { client, scopes }: TokenRequest,
  jti: string,
  { issuer, audience, accessTokenLifetime }: AccessTokenSettings,
): void {
  const now = Math.floor(Date.now() / 1000);
  payload.iss = issuer;
  payload.sub = client.account.id;
  payload.aud = audience.length === 1 ? audience[0] : audience;
  payload.client_id = client.credential.id;
  payload.iat = now;
  payload.nbf = now;
  payload.exp = now + accessTokenLifetime;
  payload.jti = jti;
  // Undefined leaves it out of the JSON, and the host's claim of that name too.
  payload.scope = scopes.length === 0 ? undefined : scopes.join(' ');
}

/** A key store's answer, checked: `alg: 'none'` would make tokens that anybody can make. */
function checkedKey(key: SigningKey): SigningKey {
  try {
    if (isSigningKey(key)) return key;
  } catch {
    // A getter of the host's threw.
  }
  const cause = new TypeError('the key store returned no SigningKey with a kid, an alg from RS256 to ES512 and sign()');
  throw new ServerError({ reason: 'key_store_nonsense', cause });
}

function isSigningKey(key: SigningKey): boolean {
  const named = isObject(key) && typeof key.kid === 'string' && key.kid !== '';
  return named && typeof key.sign === 'function' && algorithm(key.alg) !== undefined;
}

/** A KMS gives ES* signatures as DER; a JWT holds `r` and `s`. */
function checkedSignature(signature: Uint8Array, alg: string): Buffer {
  const bytes = algorithm(alg)?.signatureBytes;
  if (signature instanceof Uint8Array && signature.length > 0 && (bytes ?? signature.length) === signature.length) {
    return Buffer.from(signature.buffer, signature.byteOffset, signature.byteLength);
  }
  const cause = new TypeError(`sign() must give the JOSE signature for ${alg} (ES*: r and s, not DER)`);
  throw new ServerError({ reason: 'signing_key_nonsense', cause });
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
