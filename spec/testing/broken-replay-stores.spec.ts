import { setImmediate as turn } from 'node:timers/promises';
import type { ReplayStore } from 'frontier-token';
import { replayStoreContract } from 'frontier-token/testing';
import { MemoryReplayStore } from '../../lib/replay/memory.js';
import { breaks, type Broken } from './broken/broken.js';

const ONCE = 'gives a claim once: true for the first, false for all that come later';
const ANY_ID = 'takes any id of up to 64 URL-safe characters, and compares all of them, byte for byte';
const AGAIN = 'gives an id again after the end of its claim; claims that were refused do not put it off';

type Claim = ReplayStore['claim'];

const claims =
  (bug: (claim: Claim, id: string, expiresAt: Date) => unknown) =>
  (right: MemoryReplayStore): object => ({
    claim: async (id: string, expiresAt: Date) => bug((...given) => right.claim(...given), id, expiresAt),
  });

/** The end as many milliseconds from now as it is seconds. */
const sooner = (end: Date) => new Date(Date.now() + Math.ceil((end.getTime() - Date.now()) / 1000));

const broken: Broken<MemoryReplayStore>[] = [
  ['takes every claim', () => ({ claim: async () => true }), ONCE, 'forgets no claim for the sake of others'],
  ['gives what Redis does', claims(async (claim, id, end) => ((await claim(id, end)) ? 'OK' : null)), ONCE],
  [
    'looks first, then writes',
    () => {
      const taken = new Set<string>();
      return {
        claim: async (id: string) => {
          if (taken.has(id)) return false;
          await turn();
          return !!taken.add(id);
        },
      };
    },
    'gives one of twenty claims at the same moment',
    'holds many ids apart at the same moment',
  ],
  ['ignores case', claims((claim, id, end) => claim(id.toLowerCase(), end)), ANY_ID],
  ['cuts ids off', claims((claim, id, end) => claim(id.slice(0, 63), end)), ANY_ID],
  ['compares ids as numbers', claims((claim, id, end) => claim(Number.isNaN(+id) ? id : `${+id}`, end)), ANY_ID],
  [
    'keeps the latest hundred',
    () => {
      const taken: string[] = [];
      return {
        claim: async (id: string) => {
          if (taken.includes(id)) return false;
          if (taken.push(id) > 100) taken.shift();
          return true;
        },
      };
    },
    'forgets no claim for the sake of others',
  ],
  [
    'has a timer for each claim',
    () => {
      const taken = new Set<string>();
      return {
        claim: async (id: string, end: Date) => {
          if (taken.has(id)) return false;
          // What setTimeout makes of more than it knows, without its warning.
          const delay = end.getTime() - Date.now();
          setTimeout(() => taken.delete(id), delay > 2 ** 31 - 1 ? 1 : delay).unref();
          return !!taken.add(id);
        },
      };
    },
    'holds a claim for months where its end is that far',
  ],
  ['takes seconds for milliseconds', claims((claim, id, end) => claim(id, sooner(end))), AGAIN],
  ['rounds the end down', claims((claim, id, end) => claim(id, new Date(Math.floor(+end / 1000) * 1000))), AGAIN],
  ['forgets a second early', claims((claim, id, end) => claim(id, new Date(+end - 1000))), AGAIN],
  ['forgets nothing', claims((claim, id) => claim(id, new Date(8.64e15))), AGAIN],
  [
    'puts the end off for each claim that it refuses',
    () => {
      const ends = new Map<string, number>();
      return {
        claim: async (id: string, end: Date) => {
          const free = (ends.get(id) ?? 0) <= Date.now();
          ends.set(id, end.getTime());
          return free;
        },
      };
    },
    AGAIN,
  ],
  [
    'fails for an end that has passed, as SET PX does',
    claims((claim, id, end) => {
      if (end.getTime() <= Date.now()) throw new Error("ERR invalid expire time in 'set' command");
      return claim(id, end);
    }),
    'answers a claim whose end has just passed, and does not fail',
  ],
];

describe('of broken replay stores', () => {
  breaks(broken, (bug) =>
    replayStoreContract(() => {
      const right = new MemoryReplayStore();
      return { claim: (id, expiresAt) => right.claim(id, expiresAt), ...bug(right) };
    }),
  );
});
