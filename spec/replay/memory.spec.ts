import { hash, randomBytes } from 'node:crypto';
import { MemoryReplayStore } from '../../lib/replay/memory.js';
import { bytesInUse } from '../support/heap.js';

const inAMinute = () => new Date(Date.now() + 60_000);

describe('MemoryReplayStore', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('gives a claim once', async () => {
    const store = new MemoryReplayStore();
    expect(await store.claim('a', inAMinute())).toBe(true);
    expect(await store.claim('a', inAMinute())).toBe(false);
    expect(await store.claim('b', inAMinute())).toBe(true);
  });

  it('gives one of many claims at the same moment', async () => {
    const store = new MemoryReplayStore();
    const answers = await Promise.all(Array.from({ length: 100 }, () => store.claim('a', inAMinute())));
    expect(answers.filter((claimed) => claimed)).toHaveLength(1);
  });

  it.each(['', ' ', 'A', 'a', 'é', 'e\u0301', '\0', '\ud800', '\u{1f600}', '__proto__', 'x'.repeat(1_000_000)])(
    'takes any id, byte for byte',
    async (id) => {
      const store = new MemoryReplayStore();
      expect(await store.claim(id, inAMinute())).toBe(true);
      expect(await store.claim(id, inAMinute())).toBe(false);
      expect(await store.claim(`${id}.`, inAMinute())).toBe(true);
    },
  );

  it('gives a claim again after its end, and not before', async () => {
    const store = new MemoryReplayStore();
    await store.claim('a', new Date(Date.now() + 10));
    jest.setSystemTime(Date.now() + 9);
    expect(await store.claim('a', inAMinute())).toBe(false);
    jest.setSystemTime(Date.now() + 2);
    expect(await store.claim('a', new Date(Date.now() + 10))).toBe(true);
    expect(await store.claim('a', inAMinute())).toBe(false);
  });

  it('a refused claim does not make the first last longer', async () => {
    const store = new MemoryReplayStore();
    await store.claim('a', new Date(Date.now() + 10));
    await store.claim('a', inAMinute());
    jest.setSystemTime(Date.now() + 11);
    expect(await store.claim('a', inAMinute())).toBe(true);
  });

  it('drops what has expired within a minute, keeps the rest, and then rests', async () => {
    const store = new MemoryReplayStore();
    const end = Date.now() + 90_000;
    for (let id = 0; id < 5000; id += 1) await store.claim(`short ${id}`, inAMinute());
    await store.claim('long', new Date(end));
    expect(store.size).toBe(5001);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(59_000);
    expect(store.size).toBe(5001);
    jest.advanceTimersByTime(60_000 - 29_001);
    expect(Date.now()).toBeLessThan(end);
    expect(await store.claim('long', inAMinute())).toBe(false);
    jest.advanceTimersByTime(90_000);
    expect(store.size).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
    await store.claim('again', inAMinute());
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(120_000);
    expect(store.size).toBe(0);
  });

  it('drops a few at a time', async () => {
    const store = new MemoryReplayStore();
    for (let id = 0; id < 10_000; id += 1) await store.claim(`id ${id}`, new Date(Date.now() + 1));
    let [before, most] = [store.size, 0];
    while (store.size > 0) {
      jest.advanceTimersToNextTimer();
      most = Math.max(most, before - store.size);
      before = store.size;
    }
    expect(most).toBeLessThan(100);
  });

  it('puts claims where nobody can foresee: ids that are chosen to meet in one place do not', async () => {
    const store = new MemoryReplayStore();
    const place = (id: string) => hash('sha256', id, 'buffer').readUInt32LE(12) % 1024;
    const chosen = Array.from({ length: 20_000 }, (_, number) => `${number}`).filter((id) => place(id) === 0);
    expect(chosen.length).toBeGreaterThan(8);
    for (const id of chosen) await store.claim(id, inAMinute());
    const { shards } = store as never as { shards: unknown[] };
    expect(shards.filter((shard) => shard !== undefined).length).toBeGreaterThan(chosen.length / 2);
  });

  it('keeps no process alive', async () => {
    jest.useRealTimers();
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    const store = new MemoryReplayStore();
    await store.claim('a', inAMinute());
    expect(timers()).toBe(before);
    clearInterval((store as never as { timer: NodeJS.Timeout }).timer);
  });

  it('keeps a million claims in less than 200 MB', async () => {
    const store = new MemoryReplayStore();
    const [count, before] = [100_000, bytesInUse()];
    for (let made = 0; made < count; made += 1) {
      await store.claim(randomBytes(32).toString('base64url'), inAMinute());
    }
    expect(((bytesInUse() - before) / count) * 1e6).toBeLessThan(200e6);
    expect(store.size).toBe(count);
  });

  it('refuses an end that is no valid date, which would let every replay through', async () => {
    const store = new MemoryReplayStore();
    await expect(store.claim('a', new Date(NaN))).rejects.toThrow(TypeError);
    expect(await store.claim('a', inAMinute())).toBe(true);
  });
});
