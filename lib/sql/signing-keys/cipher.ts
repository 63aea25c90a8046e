import { createCipheriv, createDecipheriv, createPrivateKey, randomBytes, type KeyObject } from 'node:crypto';
import { imported } from '../../keys/import.js';
import type { EncryptionKeys } from './encryption-key.js';

/** What a ciphertext is bound to: in another row, or under another algorithm, it does not decrypt. */
export interface SealedFor {
  kid: string;
  alg: string;
}

const AES = 'aes-256-gcm';
/** Names the scheme, as hashes of secrets do: AES-256-GCM (RFC 7518 §5.3) over PKCS#8 in DER. */
const SCHEME = 'a256gcm$';
/** Bytes: "a 96-bit IV is REQUIRED", "an Authentication Tag of 128 bits". */
const IV = 12;
const TAG = 16;

/** Keeps private keys unreadable, and unchangeable, for whoever reads or writes the database alone. */
export class KeyCipher {
  constructor(private readonly keys: EncryptionKeys) {}

  /** `a256gcm$`, then IV, ciphertext and tag in base64url. */
  seal(privateKey: KeyObject, owner: SealedFor): string {
    const iv = randomBytes(IV);
    const cipher = createCipheriv(AES, this.keys.current, iv).setAAD(bound(owner));
    const text = cipher.update(privateKey.export({ format: 'der', type: 'pkcs8' }));
    return SCHEME + Buffer.concat([iv, text, cipher.final(), cipher.getAuthTag()]).toString('base64url');
  }

  /** @throws Error that says no more than that it can't be decrypted */
  open(sealed: string, owner: SealedFor): KeyObject {
    const bytes = Buffer.from(sealed.slice(SCHEME.length), 'base64url');
    if (!sealed.startsWith(SCHEME) || bytes.length <= IV + TAG) throw new Error('it is in no form that is known');
    const iv = bytes.subarray(0, IV);
    const text = bytes.subarray(IV, -TAG);
    for (const key of this.keys.all) {
      const decipher = createDecipheriv(AES, key, iv).setAAD(bound(owner)).setAuthTag(bytes.subarray(-TAG));
      const der = decipher.update(text);
      if (isAuthentic(decipher)) return imported(() => createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
    }
    throw new Error('it is encrypted under another key, or was changed');
  }
}

function bound({ kid, alg }: SealedFor): Buffer {
  return Buffer.from(JSON.stringify([kid, alg]));
}

function isAuthentic(decipher: { final: () => unknown }): boolean {
  try {
    decipher.final();
    return true;
  } catch {
    return false;
  }
}
