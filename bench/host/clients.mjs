import { createHash, timingSafeEqual } from 'node:crypto';

export const ISSUER = 'https://issuer.test';
export const PATH = '/v1beta1/auth/token';
export const SCOPE = 'reports:read';
/** RFC 7523 §2.1 */
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** Seconds that an access token lives. */
export const LIFETIME = 3600;

/**
 * The client of this number, the same for all servers and for the load: nobody has to tell another. Ids and secrets are
 * as long as those that the package makes.
 */
export function clientAt(number) {
  const accountId = uuid(`account ${number}`);
  return { accountId, id: uuid(`secret ${number}`), secret: digest(`secret ${number}`), keyId: uuid(`key ${number}`) };
}

/** How a host keeps clients in memory: by id, with the SHA-256 of their secret. */
export class Clients {
  #byId = new Map();

  constructor(count) {
    for (let number = 0; number < count; number += 1) {
      const { accountId, id, secret } = clientAt(number);
      this.#byId.set(id, { id, accountId, secretHash: sha256(secret) });
    }
  }

  find(id) {
    return this.#byId.get(id);
  }

  /** The client, where the secret is its own. */
  prove(id, secret) {
    const client = this.#byId.get(id);
    return client && fits(client, secret) ? client : undefined;
  }
}

export function fits({ secretHash }, secret) {
  return timingSafeEqual(sha256(secret), secretHash);
}

export function sha256(text) {
  return createHash('sha256').update(text).digest();
}

function digest(text) {
  return sha256(text).toString('base64url');
}

function uuid(text) {
  return sha256(text)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
