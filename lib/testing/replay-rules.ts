import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { ReplayStore } from '../replay/contract.js';
import { inBatches } from './batches.js';
import { breach, same } from './breach.js';
import type { Rule } from './contract-rule.js';

const SECOND = 1000;
const DAY = 86_400 * SECOND;
/** Past this `setTimeout` fires at once. */
const LONGEST_TIMER_DAYS = 25;

const ATOMIC =
  'of claims of one id at the same moment exactly one is true: leave it to a unique key, or one atomic command';

/** What `claim` promises. */
export const replayRules: readonly Rule<ReplayStore>[] = [
  {
    title: 'gives a claim once: true for the first, false for all that come later',
    async check(store) {
      const id = newId();
      same(await claim(store, id), true, 'the first claim of an id is true');
      for (let time = 2; time < 5; time += 1) same(await claim(store, id), false, `claim ${time} of an id is false`);
    },
  },
  {
    title: 'gives one of twenty claims at the same moment',
    async check(store) {
      for (const id of newIds(3)) {
        const answers = await Promise.all(Array.from({ length: 20 }, () => claim(store, id)));
        same(answers.filter((given) => given).length, 1, ATOMIC);
        same(await claim(store, id), false, 'an id that was claimed stays claimed');
      }
    },
  },
  {
    title: 'holds many ids apart at the same moment',
    async check(store) {
      const ids = newIds(8);
      const answers = await Promise.all([...ids, ...ids].map(async (id) => ({ id, given: await claim(store, id) })));
      const given = answers.filter((answer) => answer.given).map((answer) => answer.id);
      same(given.sort(), [...ids].sort(), ATOMIC);
    },
  },
  {
    title: 'takes any id of up to 64 URL-safe characters, and compares all of them, byte for byte',
    async check(store) {
      const long = `${newId()}${newId()}`.slice(0, 63);
      const ids = [
        `${long}a`,
        `${long}A`,
        `${long}_`,
        `${long}-`,
        long,
        'a',
        'A',
        '-',
        '_',
        '.',
        '~',
        '--',
        '0',
        '00',
        '0e0',
      ];
      for (const id of ids) {
        const promise = `'${id}' is an id of its own: all its characters count, and their case`;
        same(await claim(store, id), true, promise);
      }
      for (const id of ids) same(await claim(store, id), false, `'${id}' was claimed`);
    },
  },
  {
    title: 'forgets no claim for the sake of others',
    async check(store) {
      const ids = newIds(120);
      const answers = await inBatches([...ids, ...ids], (id) => claim(store, id));
      const promise =
        'a claim is held until it ends, however many there are: one that is forgotten lets a replay through';
      same(
        answers.slice(0, ids.length).every((given) => given),
        true,
        'the first claim of each id is true',
      );
      same(
        answers.slice(ids.length).some((given) => given),
        false,
        promise,
      );
    },
  },
  {
    title: 'holds a claim for months where its end is that far',
    async check(store) {
      const ids = newIds(3);
      const end = new Date(Date.now() + 4 * LONGEST_TIMER_DAYS * DAY);
      for (const id of ids) await store.claim(id, end);
      // A timer that overflows has fired by then.
      await setTimeout(100);
      for (const id of ids) same(await claim(store, id), false, 'a claim is held until its end, a hundred days too');
    },
  },
  {
    title: 'gives an id again after the end of its claim; claims that were refused do not put it off',
    async check(store) {
      const id = newId();
      // Late in a second: a store that rounds down has forgotten it by then.
      const end = (Math.floor(Date.now() / SECOND) + 1.9) * SECOND;
      same(await store.claim(id, new Date(end)), true, 'the first claim of an id is true');
      await setTimeout(end - SECOND / 2 - Date.now());
      if (Date.now() < end - SECOND / 4) {
        same(await claim(store, id), false, 'a claim is held until expiresAt: mind seconds and milliseconds');
      }
      await setTimeout(end - Date.now());
      // Stores may round up to whole seconds, and a database has a clock of its own.
      while (!(await claim(store, id))) {
        if (Date.now() > end + 2 * SECOND) {
          throw breach(
            'an id can be claimed again after expiresAt, or the store grows without end; got false for 2 seconds',
          );
        }
        await setTimeout(100);
      }
      same(await claim(store, id), false, 'an id that was claimed again is claimed');
    },
  },
  {
    title: 'answers a claim whose end has just passed, and does not fail',
    async check(store) {
      const answer: unknown = await store.claim(newId(), new Date(Date.now() - SECOND / 2));
      same(
        typeof answer,
        'boolean',
        'a claim that is late by a moment gives true or false: a failure is 500 to a client',
      );
    },
  },
];

/** For a minute. */
async function claim(store: ReplayStore, id: string): Promise<boolean> {
  const answer: unknown = await store.claim(id, new Date(Date.now() + 60 * SECOND));
  if (typeof answer !== 'boolean') throw breach('claim gives true or false, nothing else', { got: answer });
  return answer;
}

/** As the token route makes them: 43 characters of base64url. */
function newId(): string {
  return randomBytes(32).toString('base64url');
}

function newIds(count: number): string[] {
  return Array.from({ length: count }, newId);
}
