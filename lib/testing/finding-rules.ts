import type { CredentialStore } from '../credentials/contract.js';
import { breach, same } from './breach.js';
import type { Rule } from './contract-rule.js';
import {
  emptyMembers,
  find,
  findsAsHeld,
  givesCopies,
  hasExpired,
  isDate,
  isRevoked,
  LEFT_OUT,
  ownedBy,
  pick,
  type Holding,
} from './found.js';
import { lookalikes, ODD_IDS, shortened } from './ids.js';
import { anAccount, aSecret } from './records.js';

/** What `findCredential` promises. */
export const findingRules: readonly Rule<Holding>[] = [
  {
    title: 'finds a client secret by its id, with the account that owns it, in one call',
    async check(holding) {
      const robot = anAccount();
      const secret = aSecret(robot);
      const found = await find(await holding([robot], [secret]), secret);
      const { id, accountId, type, secretHash } = secret;
      same(
        pick(found, ['id', 'accountId', 'type', 'secretHash']),
        { id, accountId, type, secretHash },
        'a client secret is found with its id, accountId, type and secretHash as they are held',
      );
      ownedBy(found, robot);
    },
  },
  {
    title: 'finds each credential of accounts that have several, and never that of another account',
    async check(holding) {
      const robots = [anAccount(), anAccount(), anAccount()];
      const held = robots.flatMap((robot) => [aSecret(robot), aSecret(robot), aSecret(robot)]);
      const store = await holding(robots, held);
      for (const credential of held) await findsAsHeld(store, credential);
    },
  },
  {
    title: 'answers many look-ups at once, each with its own credential',
    async check(holding) {
      const robots = Array.from({ length: 4 }, () => anAccount());
      const held = robots.flatMap((robot) => [aSecret(robot), aSecret(robot)]);
      const store = await holding(robots, held);
      await Promise.all([...held, ...held, ...held].map((credential) => findsAsHeld(store, credential)));
    },
  },
  {
    title: 'compares ids byte for byte: another spelling is unknown',
    async check(holding) {
      const robot = anAccount();
      const secret = aSecret(robot);
      const store = await holding([robot], [secret]);
      for (const id of lookalikes(secret.id)) {
        await unknown(store, id, `'${secret.id}' is held, and this is not it: mind the collation of the column`);
      }
      await find(store, secret);
    },
  },
  {
    title: 'takes any other id for unknown, whatever its length and characters, and never fails',
    async check(holding) {
      const robot = anAccount();
      const store = await holding([robot], [aSecret(robot)]);
      const why = 'look it up with a bound parameter, and answer undefined for what a column can not hold';
      await Promise.all([...ODD_IDS, robot.id].map((id) => unknown(store, id, why)));
    },
  },
  {
    title: 'tells a disabled account from an enabled one',
    async check(holding) {
      const [off, on] = [anAccount({ state: 'disabled' }), anAccount()];
      const [ofOff, ofOn] = [aSecret(off), aSecret(on)];
      const store = await holding([off, on], [ofOff, ofOn]);
      for (const [secret, state] of [[ofOff, 'disabled'] as const, [ofOn, 'enabled'] as const]) {
        const { account } = await find(store, secret);
        same(account?.state, state, "account.state is 'enabled' or 'disabled', as it is held");
      }
    },
  },
  {
    title: 'finds a revoked credential with its revokedAt, or not at all',
    async check(holding) {
      const robot = anAccount();
      // Whatever its date: revoked.
      const revoked = [PAST, yearsAhead(1)].map((revokedAt) => aSecret(robot, { revokedAt }));
      const store = await holding([robot], revoked);
      for (const secret of revoked) await isRevoked(store, secret);
    },
  },
  {
    title: 'finds an expired credential with its expiresAt, or not at all',
    async check(holding) {
      const robot = anAccount();
      const expired = aSecret(robot, { expiresAt: PAST });
      await hasExpired(await holding([robot], [expired]), expired);
    },
  },
  {
    title: 'finds what was revoked or has expired in 1970 with its date, or not at all: 0 is a date',
    async check(holding) {
      const robot = anAccount();
      const [revoked, expired] = [aSecret(robot, { revokedAt: EPOCH }), aSecret(robot, { expiresAt: EPOCH })];
      const store = await holding([robot], [revoked, expired]);
      await isRevoked(store, revoked);
      await hasExpired(store, expired);
    },
  },
  {
    title: 'gives the expiresAt of a credential that is still good',
    async check(holding) {
      const robot = anAccount();
      const secret = aSecret(robot, { expiresAt: yearsAhead(5) });
      const { expiresAt: got } = await find(await holding([robot], [secret]), secret);
      const { expiresAt: expected = PAST } = secret;
      // A column of whole seconds rounds.
      if (isDate(got) && Math.abs(got.getTime() - expected.getTime()) <= 1000) return;
      throw breach('expiresAt is a Date, the one that is held: mind the time zone of the column', { got, expected });
    },
  },
  {
    title: 'gives the expiresAt of a credential that is still good, to the millisecond',
    async check(holding) {
      const robot = anAccount();
      const secret = aSecret(robot, { expiresAt: yearsAhead(5) });
      const { expiresAt } = await find(await holding([robot], [secret]), secret);
      same(expiresAt, secret.expiresAt, `expiresAt ${DATES}`);
    },
  },
  {
    title: 'gives the createdAt of credential and account, to the millisecond',
    async check(holding) {
      const robot = anAccount();
      const secret = aSecret(robot, { createdAt: new Date('2024-03-31T02:30:00.007Z') });
      const found = await find(await holding([robot], [secret]), secret);
      same(found.createdAt, secret.createdAt, `the credential's createdAt ${DATES}`);
      same(found.account?.createdAt, robot.createdAt, `the account's createdAt ${DATES}`);
    },
  },
  {
    title: "gives the account's scopes as an array, an empty one where it has none",
    async check(holding) {
      const robots = [anAccount({ scopes: ['a,b', 'reports:read', 'urn:x/y?z=%1'] }), anAccount({ scopes: [] })];
      const secrets = robots.map((robot) => aSecret(robot));
      const store = await holding(robots, secrets);
      for (const [index, secret] of secrets.entries()) {
        const { account } = await find(store, secret);
        const scopes: unknown = account?.scopes;
        const sorted = Array.isArray(scopes) ? [...(scopes as unknown[])].sort() : scopes;
        same(sorted, robots[index]?.scopes, 'account.scopes is an array of the scopes that are held, [] for none');
      }
    },
  },
  {
    title: "gives the account's orgId",
    async check(holding) {
      const robot = anAccount({ orgId: 'acme' });
      const secret = aSecret(robot);
      const { account } = await find(await holding([robot], [secret]), secret);
      same(account?.orgId, robot.orgId, 'account.orgId is given as it is held');
    },
  },
  {
    title: "gives the account's metadata as an object",
    async check(holding) {
      const robot = anAccount({ metadata: { plan: 'gold', limits: [{ n: 1 }] } });
      const secret = aSecret(robot);
      const { account } = await find(await holding([robot], [secret]), secret);
      same(account?.metadata, robot.metadata, 'account.metadata is an object, with all that is held in it');
    },
  },
  {
    title: 'gives the titles of credential and account',
    async check(holding) {
      const robot = anAccount({ title: 'nightly export' });
      const secret = aSecret(robot, { title: "it's blue" });
      const found = await find(await holding([robot], [secret]), secret);
      same(found.title, secret.title, "the credential's title is given as it is held");
      same(found.account?.title, robot.title, "the account's title is given as it is held");
    },
  },
  {
    title: 'leaves optional members out where nothing is held: never null, never undefined',
    async check(holding) {
      const robot = anAccount();
      const secret = aSecret(robot);
      const found = await find(await holding([robot], [secret]), secret);
      same(emptyMembers(found), [], LEFT_OUT);
    },
  },
  {
    title: 'gives what the caller may change, without changing the store',
    async check(holding) {
      const robot = anAccount({ scopes: ['reports:read'] });
      const secret = aSecret(robot);
      await givesCopies(await holding([robot], [secret]), secret);
    },
  },
  {
    title: 'has, if any, a decoySecretHash that is a hash',
    async check(holding) {
      const { decoySecretHash } = await holding([], []);
      if (decoySecretHash === undefined || (typeof decoySecretHash === 'string' && decoySecretHash !== '')) return;
      throw breach('decoySecretHash is a hash of the scheme that the secrets have, or left out', {
        got: decoySecretHash,
      });
    },
  },
];

/** What a test for truth takes for none. MySQL's `timestamp` begins a second later. */
const EPOCH = new Date(0);

const PAST = new Date('2024-05-01T00:00:00.789Z');

/** Before 2038, where MySQL's `timestamp` ends. */
function yearsAhead(years: number): Date {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear() + years, 1, 3, 4, 5, 6, 987));
}

const DATES = 'is a Date and keeps its milliseconds: mind the precision and the time zone of the column';

async function unknown(store: CredentialStore, id: string, why: string): Promise<void> {
  const found = await store.findCredential(id);
  if (found !== undefined) throw breach(`findCredential(${shortened(id)}) must give undefined: ${why}`, { got: found });
}
