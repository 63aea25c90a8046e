import { same } from './breach.js';
import type { Rule } from './contract-rule.js';
import {
  emptyMembers,
  find,
  findsAsHeld,
  givesCopies,
  hasExpired,
  isRevoked,
  LEFT_OUT,
  ownedBy,
  pick,
  type Holding,
} from './found.js';
import { aKey, anAccount, aSecret, EC_KEY, RSA_KEY } from './records.js';

const PAST = new Date('2024-05-01T00:00:00.789Z');

/** What `findCredential` promises of public keys: a store of secrets alone leaves these rules out. */
export const findingKeyRules: readonly Rule<Holding>[] = [
  {
    title: 'finds a public key by its id, with its JWK and the account that owns it, in one call',
    async check(holding) {
      const robot = anAccount();
      const keys = [aKey(robot, { publicKey: EC_KEY }), aKey(robot, { publicKey: RSA_KEY })];
      const store = await holding([robot], keys);
      for (const key of keys) {
        const found = await find(store, key);
        same(
          pick(found, ['id', 'accountId', 'type']),
          { id: key.id, accountId: robot.id, type: 'public_key' },
          "a public key is found with its id, accountId and the type 'public_key'",
        );
        const jwk = 'publicKey' in found ? pick(found.publicKey, Object.keys(key.publicKey)) : undefined;
        same(jwk, key.publicKey, 'a public key is found with all members of its JWK, "alg" too: it binds the key');
        ownedBy(found, robot);
      }
    },
  },
  {
    title: 'finds each public key of accounts that have secrets too, and many at once',
    async check(holding) {
      const robots = [anAccount(), anAccount(), anAccount()];
      const held = robots.flatMap((robot) => [aSecret(robot), aKey(robot), aSecret(robot), aKey(robot)]);
      const store = await holding(robots, held);
      await Promise.all([...held, ...held].map((credential) => findsAsHeld(store, credential)));
    },
  },
  {
    title: 'finds a public key that is revoked or has expired with its date, or not at all',
    async check(holding) {
      const robot = anAccount();
      const [revoked, expired] = [aKey(robot, { revokedAt: PAST }), aKey(robot, { expiresAt: PAST })];
      const store = await holding([robot], [revoked, expired]);
      await isRevoked(store, revoked);
      await hasExpired(store, expired);
    },
  },
  {
    title: 'leaves optional members of a public key out where nothing is held: never null, never undefined',
    async check(holding) {
      const robot = anAccount();
      const key = aKey(robot);
      same(emptyMembers(await find(await holding([robot], [key]), key)), [], LEFT_OUT);
    },
  },
  {
    title: 'gives a public key that the caller may change, without changing the store',
    async check(holding) {
      const robot = anAccount();
      const key = aKey(robot);
      await givesCopies(await holding([robot], [key]), key);
    },
  },
];
