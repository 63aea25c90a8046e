import { MemoryStore } from 'frontier-token';
import * as records from '../../support/records.js';
import { areAlike, compare, type Probe } from './compare.js';

const COUNT = 1000;
/** In a row: one takes microseconds, too few for a clock. */
const FINDS = 200;

/** The store with a thousand credentials, and its finds of known ids and of others as long. */
async function probesOf(store: MemoryStore): Promise<Record<string, Probe>> {
  for (let number = 0; number < COUNT; number += 1) {
    await store.createAccount(
      records.account(`robot ${number}`, { title: 'nightly export', scopes: ['reports:read'] }),
    );
    await store.createCredential(records.secret(`known   ${number}`, `robot ${number}`));
  }
  const finding = (what: string) => async () => {
    const start = performance.now();
    for (let number = 0; number < FINDS; number += 1) await store.findCredential(`${what} ${number % COUNT}`);
    return performance.now() - start;
  };
  return { 'a known id': finding('known  '), 'an unknown id': finding('unknown') };
}

const EFFORT = { rounds: 200, looks: 5, precision: 0.02 };
/** Of some microseconds; a refusal takes hundreds. */
const TOLERANCE = 0.25;

describe('a MemoryStore', () => {
  it('takes as long to find an unknown id as a known one, when the newest account was deleted too', async () => {
    const store = new MemoryStore();
    const probes = await probesOf(store);
    await store.deleteAccount(`robot ${COUNT - 1}`);
    expect(areAlike(await compare(probes, EFFORT), TOLERANCE)).toBe(true);
  });

  it('that answers unknown ids at once is found out', async () => {
    class Hasty extends MemoryStore {
      override findCredential(id: string) {
        return id.startsWith('unknown') ? Promise.resolve(undefined) : super.findCredential(id);
      }
    }
    expect(areAlike(await compare(await probesOf(new Hasty()), EFFORT), TOLERANCE)).toBe(false);
  });
});
