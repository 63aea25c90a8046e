import { scryptSync } from 'node:crypto';
import { verifySecret } from '../../lib/credentials/secret-hash.js';
import { settlesOnTheLoop } from '../support/event-loop.js';
import { pem, ec } from '../support/private-keys.js';
import { StaticKeyStore } from '../../lib/keys/static-key-store.js';

const salt = Buffer.alloc(16, 7);
const hashed = (secret: string, ln: number, r: number, p: number, bytes = 32) => {
  const key = scryptSync(secret, salt, bytes, { N: 2 ** ln, r, p, maxmem: 2 ** 28 });
  return `scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64url')}$${key.toString('base64url')}`;
};
const withCosts = (costs: string) => hashed('s', 4, 8, 1).replace('ln=4,r=8,p=1', costs);

describe('a scrypt hash', () => {
  it.each([
    [4, 8, 1],
    [10, 8, 2],
    [1, 1, 1],
    [12, 32, 10],
  ])('is checked with the costs that it names: ln=%d, r=%d, p=%d', async (ln, r, p) => {
    expect(await verifySecret('s', hashed('s', ln, r, p))).toBe(true);
    expect(await verifySecret('t', hashed('s', ln, r, p))).toBe(false);
  });

  it.each([
    'ln=0,r=8,p=1',
    'ln=4,r=0,p=1',
    'ln=4,r=8,p=0',
    'ln=-4,r=8,p=1',
    'ln=NaN,r=8,p=1',
    'ln=,r=8,p=1',
    'ln=4.5,r=8,p=1',
    'ln=04,r=8,p=1',
    'ln=1e1,r=8,p=1',
    'ln=Infinity,r=8,p=1',
    'ln=19,r=8,p=1',
    'ln=99,r=8,p=1',
    'ln=18,r=16,p=1',
    'ln=18,r=8,p=5',
    'ln=15,r=8,p=99',
    'ln=1,r=8,p=1073741823',
    'ln=1,r=2097152,p=1',
    'ln=16,r=1,p=1',
    'ln=4,r=8',
    'r=8,ln=4,p=1',
    'ln=4,r=8,p=1,x=1',
    '',
  ])('of the costs "%s" is refused before any work', async (costs) => {
    const checked = verifySecret('s', withCosts(costs));
    expect(await settlesOnTheLoop(checked)).toBe(true);
    expect(await checked).toBe(false);
  });

  it.each([
    ['a key of one byte', hashed('s', 4, 8, 1, 1)],
    ['a key of 64 bytes', hashed('s', 4, 8, 1, 64)],
    ['no key', hashed('s', 4, 8, 1).replace(/[^$]*$/, '')],
    ['no salt', hashed('s', 4, 8, 1).replace(/\$[^$]*\$([^$]*)$/, '$$$$$1')],
    ['a part more', `${hashed('s', 4, 8, 1)}$x`],
    ['padding', `${hashed('s', 4, 8, 1)}=`],
    ['a line end behind', `${hashed('s', 4, 8, 1)}\n`],
  ])('with %s is malformed', async (_, hash) => {
    expect(await verifySecret('s', hash)).toBe(false);
  });

  it('that is refused leaves nothing behind in OpenSSL that breaks an import of a key', async () => {
    await verifySecret('s', withCosts('ln=16,r=1,p=1'));
    await expect(StaticKeyStore.fromPem(pem(ec()))).resolves.toBeDefined();
  });
});
