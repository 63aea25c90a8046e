import { hashSync } from '@node-rs/bcrypt';
import { createHash, randomBytes, scryptSync } from 'node:crypto';
import fc from 'fast-check';
import { opaqueTokenHash } from '../../../lib/credentials/opaque-token.js';
import { hashRandomSecret, verifySecret } from '../../../lib/credentials/secret-hash.js';
import { runs } from '../length.js';
import { mutated } from '../mutations.js';
import { texts } from '../texts.js';

interface Scheme {
  secrets: fc.Arbitrary<string>;
  hashed: (secret: string) => string;
  /** What of a secret counts. */
  counted: (secret: string) => string;
  /** What of a hash counts: two that are alike in it are one hash, spelled in two ways. */
  spelled: (secretHash: string) => string;
}

const anySecret = texts('$:%\0 ', { minLength: 1, maxLength: 100 });

/** Costs as low as the checks take them. */
function scryptHash(secret: string): string {
  const salt = randomBytes(16);
  const key = scryptSync(secret, salt, 32, { N: 2, r: 1, p: 1 });
  return `scrypt$ln=1,r=1,p=1$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

const schemes: Record<string, Scheme> = {
  sha256: { secrets: anySecret, hashed: hashRandomSecret, counted: (secret) => secret, spelled: (hash) => hash },
  scrypt: {
    secrets: anySecret,
    hashed: scryptHash,
    // scrypt begins with HMAC, which fills short keys up with NULs (RFC 2104 §2): a few more of them change nothing.
    counted: (secret) => (Buffer.byteLength(secret) > 64 ? secret : secret.replace(/\0+$/, '')),
    spelled: (hash) => {
      const [, costs, ...parts] = hash.split('$');
      return [costs, ...parts.map((part) => Buffer.from(part, 'base64url').toString('hex'))].join();
    },
  },
  bcrypt: {
    secrets: fc
      .oneof(
        { weight: 3, arbitrary: anySecret },
        // As long as bcrypt reads.
        fc.string({ unit: 'grapheme-ascii', minLength: 72, maxLength: 72 }),
      )
      .filter((secret) => Buffer.byteLength(secret) <= 72 && !secret.includes('\0')),
    hashed: (secret) => hashSync(secret, 4),
    counted: (secret) => secret,
    // The last letters of salt and key have bits that stand for nothing.
    spelled: (hash) => hash.replace(/^\$2[aby]/, '').replace(/.(.{30}).$/, '$1'),
  },
  'an opaque token': {
    secrets: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex')),
    hashed: (token) => opaqueTokenHash(createHash('sha3-256').update(Buffer.from(token, 'hex')).digest('hex')),
    counted: (token) => token.toLowerCase(),
    spelled: (hash) => hash.toLowerCase(),
  },
};

const PIECES = ['$', '=', ',', '\n', ' ', '\0', 'A', '0', 'é', 'sha256$', 'ln=', '$2b$'];
/** Changed anywhere, or with something more behind it: what a reader may pass over. */
const nearly = (text: string, edits: number) =>
  fc.oneof(
    { weight: 2, arbitrary: mutated(text, PIECES, edits) },
    fc.constantFrom(...PIECES).map((more) => text + more),
  );

describe.each(Object.entries(schemes))('a hash of the scheme %s', (_name, { secrets, hashed, counted, spelled }) => {
  it('is fitted by its secret, and by nothing near it', async () => {
    const near = secrets.chain((secret) => fc.tuple(fc.constant(secret), nearly(secret, 4)));
    await fc.assert(
      fc.asyncProperty(near, async ([secret, other]) => {
        const secretHash = hashed(secret);
        expect(await verifySecret(secret, secretHash)).toBe(true);
        // Bytes: an edit may leave half of a surrogate pair, which as UTF-8 is one character for all of them.
        const [mine, theirs] = [secret, other].map((each) => Buffer.from(counted(each)));
        expect(await verifySecret(other, secretHash)).toBe(mine!.equals(theirs!));
      }),
      runs(200),
    );
  });

  it('with any change fits no secret, or is the same one spelled otherwise, and never throws', async () => {
    const near = secrets.chain((secret) => {
      const secretHash = hashed(secret);
      return fc.tuple(fc.constant(secret), fc.constant(secretHash), nearly(secretHash, 2));
    });
    await fc.assert(
      fc.asyncProperty(near, async ([secret, secretHash, changed]) => {
        if (await verifySecret(secret, changed)) expect(spelled(changed)).toBe(spelled(secretHash));
      }),
      runs(200),
    );
  });
});

describe('a hash', () => {
  it('that is any other text is fitted by nothing, not even by itself', async () => {
    const beginning = fc.constantFrom('', 'sha256$', 'scrypt$', 'scrypt$ln=1,r=1,p=1$', '$2b$04$', 'sha3-256-hex$');
    await fc.assert(
      fc.asyncProperty(beginning, fc.string({ unit: 'binary', maxLength: 80 }), async (scheme, rest) => {
        for (const secret of ['', rest, scheme + rest]) expect(await verifySecret(secret, scheme + rest)).toBe(false);
      }),
      runs(500),
    );
  });
});
