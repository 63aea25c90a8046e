import { createHash } from 'node:crypto';
import { hashRandomSecret, hashSecret, secretCheckFor, verifySecret } from '../../lib/credentials/secret-hash.js';
import { rejection } from '../support/private-keys.js';
import { settlesOnTheLoop } from '../support/event-loop.js';

const sha256 = (secret: string) => `sha256$${createHash('sha256').update(secret).digest('base64url')}`;

describe('hashSecret', () => {
  it('makes a scrypt hash with a salt of its own, which verifySecret knows', async () => {
    const [one, two] = await Promise.all([hashSecret('pässword'), hashSecret('pässword')]);
    expect(one).toMatch(/^scrypt\$ln=15,r=8,p=3\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toBe(two);
    expect(await verifySecret('pässword', one)).toBe(true);
    expect(await verifySecret('password', one)).toBe(false);
  });

  it('works off the event loop, and so does the check', async () => {
    const hashed = hashSecret('secret');
    expect(await settlesOnTheLoop(hashed)).toBe(false);
    const checked = verifySecret('secret', await hashed);
    expect(await settlesOnTheLoop(checked)).toBe(false);
    expect(await checked).toBe(true);
  });

  it.each([undefined, null, '', 12345678, {}, ['secret']])('rejects %j, and does not print it', async (secret) => {
    const thrown = await rejection(hashSecret(secret as string));
    expect(thrown).toBeInstanceOf(TypeError);
    expect(thrown.message).toBe('hashSecret: secret must be a non-empty string');
  });
});

describe('sha256$', () => {
  it('is followed by the unpadded base64url SHA-256 of the secret', async () => {
    expect(hashRandomSecret('a:b+/ü')).toBe(sha256('a:b+/ü'));
    expect(await verifySecret('a:b+/ü', sha256('a:b+/ü'))).toBe(true);
    expect(await verifySecret('a:b+/u', sha256('a:b+/ü'))).toBe(false);
  });

  it.each([
    ['padded', `${sha256('s')}=`],
    ['in hex', `sha256$${createHash('sha256').update('s').digest('hex')}`],
    ['in base64', `sha256$${createHash('sha256').update('s').digest('base64')}`],
    ['cut short', sha256('s').slice(0, -1)],
    ['empty', 'sha256$'],
    ['followed by a line end', `${sha256('s')}\n`],
    ['of another spelling', sha256('s').replace('sha256', 'SHA256')],
  ])('does not fit a hash that is %s', async (_, hash) => {
    expect(await verifySecret('s', hash)).toBe(false);
  });

  it('waits for no turn', async () => {
    expect(await settlesOnTheLoop(verifySecret('s', sha256('s')))).toBe(true);
  });
});

describe('verifySecret', () => {
  it.each([
    '',
    's',
    '$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA',
    'plain:s',
    '$1$salt$hash',
    '$2x$04$',
    '__proto__$',
    null,
    undefined,
    7,
    {},
  ])('is false for the hash %j, of no scheme that it knows', async (hash) => {
    expect(await verifySecret('s', hash as string)).toBe(false);
  });

  it.each([undefined, null, 7, {}])('is false for the secret %j', async (secret) => {
    expect(await verifySecret(secret as never, sha256('7'))).toBe(false);
  });

  it('is false for a hash that only becomes a text', async () => {
    expect(await verifySecret('s', new String(sha256('s')) as string)).toBe(false);
  });

  it('takes two arguments', () => {
    expect(verifySecret).toHaveLength(2);
  });
});

describe('the schemes that are known', () => {
  it.each(['sha256$x', 'scrypt$x', '$2a$x', '$2b$x', '$2y$x'])('hold %s, malformed or not', (hash) => {
    expect(secretCheckFor(hash)).toBeDefined();
  });

  it.each(['', 'x', '$2$x', '$2x$x', '$argon2id$x', 'sha256', 'xsha256$', '\nscrypt$'])('do not hold %j', (hash) => {
    expect(secretCheckFor(hash)).toBeUndefined();
  });
});
