import { hashSync } from '@node-rs/bcrypt';
import { verifySecret } from '../../lib/credentials/secret-hash.js';
import { settlesOnTheLoop } from '../support/event-loop.js';

const bcrypt = (secret: string) => hashSync(secret, 4);
const as = (version: string, hash: string) => hash.replace('$2b$', `$${version}$`);
const withCost = (cost: string) => bcrypt('s').replace('$04$', `$${cost}$`);

describe('a bcrypt hash', () => {
  it.each(['2a', '2b', '2y'])('of $%s$ is checked', async (version) => {
    const hash = as(version, bcrypt('sécret'));
    expect(await verifySecret('sécret', hash)).toBe(true);
    expect(await verifySecret('secret', hash)).toBe(false);
  });

  it('that another implementation made is checked', async () => {
    // From the test vectors of OpenBSD's and John the Ripper's bcrypt.
    expect(await verifySecret('U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW')).toBe(true);
  });

  it('is checked off the event loop', async () => {
    const checked = verifySecret('s', bcrypt('s'));
    expect(await settlesOnTheLoop(checked)).toBe(false);
    expect(await checked).toBe(true);
  });

  it('fits a secret of 72 bytes, and never a longer one', async () => {
    const secret = 'x'.repeat(72);
    expect(await verifySecret(secret, bcrypt(secret))).toBe(true);
    expect(await verifySecret(`${secret}y`, bcrypt(secret))).toBe(false);
    expect(await verifySecret('ü'.repeat(37), bcrypt('ü'.repeat(36)))).toBe(false);
  });

  it('never fits a secret with a NUL', async () => {
    expect(await verifySecret('s\0t', bcrypt('s'))).toBe(false);
    expect(await verifySecret('s\0t', bcrypt('s\0t'))).toBe(false);
  });

  it.each(['00', '03', '17', '31', '99', '4', '-4', '4.', 'NaN', ''])(
    'of cost "%s" is refused before any work',
    async (cost) => {
      const checked = verifySecret('s', withCost(cost));
      expect(await settlesOnTheLoop(checked)).toBe(true);
      expect(await checked).toBe(false);
    },
  );

  it.each([
    ['cut short', bcrypt('s').slice(0, -1)],
    ['too long', `${bcrypt('s')}x`],
    ['with a line end behind', `${bcrypt('s')}\n`],
    ['with a character of another alphabet', bcrypt('s').replace(/.$/, '+')],
    ['of $2x$', as('2x', bcrypt('s'))],
    ['without its hash', '$2b$04$'],
  ])('%s is malformed', async (_, hash) => {
    expect(await verifySecret('s', hash)).toBe(false);
  });
});
