// What a MemoryStore keeps, and what its keeping costs: asked one thing, and ended. Needs --expose-gc.
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { MemoryStore, ServiceAccounts } from '../../dist/index.mjs';
import { ISSUER, SCOPE } from '../host/clients.mjs';
import { answerParent } from './child.mjs';

answerParent(({ what, ...task }) => ({ credentials, claims })[what](task));

/** @returns bytes that an account takes, and that its secret and its public key take beside it */
async function credentials({ count }) {
  const { store, accounts } = emptyStore();
  const ids = [];
  const rows = {
    account: async () => ids.push((await accounts.create({ title: 'nightly export', scopes: [SCOPE] })).id),
    secret: (number) => accounts.createSecret(ids[number]),
    key: (number) => store.createCredential(rsaKey(ids[number])),
  };
  const each = {};
  for (const [kind, add] of Object.entries(rows)) {
    const before = bytesInUse();
    for (let number = 0; number < count; number += 1) await add(number);
    each[kind] = (bytesInUse() - before) / count;
  }
  // Whatever is asked for later is still there now.
  await accounts.get(ids[0]);
  return each;
}

/** 2048 bits: the largest of the usual ones. */
function rsaKey(accountId) {
  const publicKey = { kty: 'RSA', n: randomBytes(256).toString('base64url'), e: 'AQAB', alg: 'RS256' };
  return { type: 'public_key', id: randomUUID(), accountId, publicKey, createdAt: new Date() };
}

/**
 * @param count 0 for what a process pauses that remembers nothing
 * @param seconds that are watched before the claims end, in which they end, and in which the last of them are dropped
 * @returns bytes, and milliseconds: the event loop's pauses while nothing ends, and from then on; the longest turn of
 *   what drops claims
 */
async function claims({ count, seconds }) {
  const turns = timedIntervals();
  const { store } = emptyStore();
  const before = bytesInUse();
  // After they were made and watched, one after the other: each turn of the sweep finds more that ended and fewer that did not.
  const end = Date.now() + 1000 * (seconds + 2 + count / 50_000);
  for (let number = 0; number < count; number += 1) {
    const lasts = (1000 * seconds * number) / count;
    await store.claim(randomBytes(32).toString('base64url'), new Date(end + lasts));
  }
  const bytes = bytesInUse() - before;
  const held = await pauses(seconds);
  await pause(Math.max(0, end - Date.now()));
  const expiring = await pauses(2 * seconds);
  const left = bytesInUse() - before;
  await store.claim('kept', new Date(end));
  return { bytes, left, held, expiring, turn: turns.longest };
}

/** The memory of claims is the only one here to use an interval. */
function timedIntervals() {
  const turns = { longest: 0 };
  const { setInterval } = globalThis;
  globalThis.setInterval = (turn, ms) =>
    setInterval(() => {
      const from = performance.now();
      turn();
      turns.longest = Math.max(turns.longest, performance.now() - from);
    }, ms);
  return turns;
}

/** How long a timer of a millisecond was kept waiting beyond it: a request would have been, too. */
async function pauses(seconds) {
  const until = performance.now() + seconds * 1000;
  const waited = { longest: 0, over5: 0 };
  while (performance.now() < until) {
    const from = performance.now();
    await pause(1);
    const late = performance.now() - from - 1;
    waited.longest = Math.max(waited.longest, late);
    if (late > 5) waited.over5 += 1;
  }
  return waited;
}

function emptyStore() {
  const store = new MemoryStore();
  return { store, accounts: new ServiceAccounts(store, { issuer: ISSUER }) };
}

function bytesInUse() {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
