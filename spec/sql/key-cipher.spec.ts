import { createSecretKey, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { checkValue } from '../../lib/options/check.js';
import { KeyCipher } from '../../lib/sql/signing-keys/cipher.js';
import { encryptionKeys } from '../../lib/sql/signing-keys/encryption-key.js';
import { keyPair } from '../support/issuer.js';

const owner = { kid: 'one', alg: 'ES256' };
const { privateKey } = keyPair();
const exported = (key = privateKey) => key.export({ format: 'jwk' });
const cipher = (...keys: Buffer[]) => new KeyCipher(encryptionKeys(keys));

describe('an encrypted signing key', () => {
  const [old, current] = [randomBytes(32), randomBytes(32)] as const;
  const sealed = cipher(current).seal(privateKey, owner);

  it('is decrypted under the same key, for the same row', () => {
    expect(exported(cipher(current).open(sealed, owner))).toEqual(exported());
  });

  it('holds nothing of the key, and is never the same twice', () => {
    expect(sealed).toMatch(/^a256gcm\$[\w-]+$/);
    const bytes = Buffer.from(sealed.split('$')[1]!, 'base64url');
    expect(bytes.includes(Buffer.from(exported().d!, 'base64url'))).toBe(false);
    expect(cipher(current).seal(privateKey, owner).slice(0, 30)).not.toBe(sealed.slice(0, 30));
  });

  it('is encrypted under the first of several keys, and decrypted under any', () => {
    const both = cipher(current, old);
    expect(exported(both.open(cipher(old).seal(privateKey, owner), owner))).toEqual(exported());
    expect(exported(cipher(current).open(both.seal(privateKey, owner), owner))).toEqual(exported());
  });

  const changed = (index: number) => {
    const bytes = Buffer.from(sealed.slice('a256gcm$'.length), 'base64url');
    bytes[index < 0 ? bytes.length + index : index]! ^= 1;
    return `a256gcm$${bytes.toString('base64url')}`;
  };
  it.each([
    ['under another key', () => cipher(old).open(sealed, owner)],
    ['in the row of another kid', () => cipher(current).open(sealed, { ...owner, kid: 'two' })],
    ['under another alg', () => cipher(current).open(sealed, { ...owner, alg: 'ES384' })],
    ['with a changed IV', () => cipher(current).open(changed(0), owner)],
    ['with a changed byte', () => cipher(current).open(changed(20), owner)],
    ['with a changed tag', () => cipher(current).open(changed(-1), owner)],
    ['cut short', () => cipher(current).open(sealed.slice(0, 40), owner)],
    ['with a tag cut short', () => cipher(current).open(sealed.slice(0, -3), owner)],
    ['of an unknown scheme', () => cipher(current).open(sealed.replace('a256gcm', 'rot13xx'), owner)],
    ['that is empty', () => cipher(current).open('', owner)],
  ])('is refused %s', (_what, open) => {
    expect(open).toThrow(/^it is (?:encrypted under another key, or was changed|in no form that is known)$/);
  });
});

describe('encryptionKey', () => {
  const bytes = randomBytes(32);

  it.each([
    ['a Buffer', bytes],
    ['a Uint8Array', new Uint8Array(bytes)],
    ['base64', bytes.toString('base64')],
    ['base64 with a line end, as openssl prints it', `${bytes.toString('base64')}\n`],
    ['base64url', bytes.toString('base64url')],
    ['hex', bytes.toString('hex')],
    ['hex in capitals', bytes.toString('hex').toUpperCase()],
  ])('is 32 bytes as %s', (_form, given) => {
    expect(encryptionKeys(given).current.equals(createSecretKey(bytes))).toBe(true);
  });

  it('is a copy, which nothing prints', () => {
    const given = Buffer.from(bytes);
    const keys = encryptionKeys(given);
    given.fill(0);
    expect(keys.current.equals(createSecretKey(bytes))).toBe(true);
    expect(inspect(keys, { depth: 9, showHidden: true })).not.toContain(bytes.toString('hex').slice(0, 8));
  });

  it.each([
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['no key', [], 'an empty array'],
    ['16 bytes', Buffer.alloc(16), '16 bytes'],
    ['33 bytes', Buffer.alloc(33), '33 bytes'],
    ['a passphrase', 'hunter2', 'a string of 7 characters'],
    ['16 bytes in hex', 'ab'.repeat(16), 'a string of 32 characters'],
    ['a text that is neither', 'é'.repeat(43), 'a string of 43 characters'],
    ['a number', 1, 'a number'],
    ['one wrong among good ones', [bytes, 'hunter2'], 'a string of 7 characters'],
  ])('is not %s, and the error does not show it', (_what, given, got) => {
    expect(() => checkValue('encryptionKey', encryptionKeys, given)).toThrow(
      `encryptionKey must be 32 bytes (a Buffer, or base64 or hex text), or an array of such keys, but got ${got}`,
    );
  });
});
