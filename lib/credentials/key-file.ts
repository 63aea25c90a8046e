import type { KeyObject } from 'node:crypto';

/** A service-account key as Google's auth libraries and Frontier's readers take it. */
export interface KeyFile {
  type: 'service_account';
  /** "kid" (Key ID) of the assertions that it signs. */
  kid: string;
  /** The account: "iss" and "sub" of its assertions. */
  principal_id: string;
  /** PKCS#8, PEM. */
  private_key: string;
  /** Google's name of `kid`. */
  private_key_id: string;
  /** Google's name of `principal_id`: "iss" of its assertions. */
  client_email: string;
  client_id: string;
  /** The token route: where assertions are sent, and their "aud". */
  token_uri: string;
}

/** Raystack Frontier's `KeyCredential`, for readers that refuse other members. */
export interface FrontierKeyFile {
  type: 'sv_rsa' | 'sv_ec';
  kid: string;
  principal_id: string;
  /** PKCS#8, PEM. */
  private_key: string;
}

/** A private key and whose it is. */
export interface ServiceKey {
  kid: string;
  accountId: string;
  privateKey: KeyObject;
}

export function keyFile(key: ServiceKey, tokenUri: string): KeyFile {
  const { kid, accountId } = key;
  return {
    type: 'service_account',
    kid,
    principal_id: accountId,
    private_key: pkcs8(key),
    private_key_id: kid,
    client_email: accountId,
    client_id: accountId,
    token_uri: tokenUri,
  };
}

export function frontierKeyFile(key: ServiceKey): FrontierKeyFile {
  return {
    type: key.privateKey.asymmetricKeyType === 'ec' ? 'sv_ec' : 'sv_rsa',
    kid: key.kid,
    principal_id: key.accountId,
    private_key: pkcs8(key),
  };
}

function pkcs8({ privateKey }: ServiceKey): string {
  return privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
}
