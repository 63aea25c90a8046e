import { verifySecret } from 'frontier-token';
import { opaqueTokenHash } from '../../lib/credentials/opaque-token.js';
import { secretCheckFor } from '../../lib/credentials/secret-hash.js';
import { settlesOnTheLoop } from '../support/event-loop.js';

/** The bytes 0 to 31, and the SHA3-256 of them, in hex: computed with another implementation. */
const TOKEN = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const DIGEST = '050a48733bd5c2756ba95c5828cc83ee16fabcd3c086885b7744f84a0f9e0d94';
const HASH = `sha3-256-hex$${DIGEST}`;

describe('sha3-256-hex$', () => {
  it('is followed by the hex SHA3-256 of the bytes that an opaque token spells in hex', async () => {
    expect(opaqueTokenHash(DIGEST)).toBe(HASH);
    expect(await verifySecret(TOKEN, HASH)).toBe(true);
    expect(await verifySecret(TOKEN.replace('1f', '1e'), HASH)).toBe(false);
  });

  it('takes hex in either case, as Frontier does', async () => {
    expect(await verifySecret(TOKEN.toUpperCase(), HASH)).toBe(true);
    expect(await verifySecret(TOKEN, opaqueTokenHash(DIGEST.toUpperCase()))).toBe(true);
  });

  it.each(['', TOKEN.slice(2), `${TOKEN}00`, `${TOKEN} `, `${TOKEN}\n`, `0x${TOKEN.slice(2)}`, `${TOKEN.slice(1)}g`])(
    'does not fit the token %j',
    async (token) => {
      expect(await verifySecret(token, HASH)).toBe(false);
    },
  );

  it.each(['', DIGEST.slice(2), `${DIGEST}00`, `${DIGEST}\n`, `g${DIGEST.slice(1)}`])(
    'fits nothing where the digest is %j',
    async (digest) => {
      expect(await verifySecret(TOKEN, opaqueTokenHash(digest))).toBe(false);
    },
  );

  it('waits for no turn', async () => {
    expect(secretCheckFor(HASH)).toBeDefined();
    expect(await settlesOnTheLoop(verifySecret(TOKEN, HASH))).toBe(true);
  });
});
