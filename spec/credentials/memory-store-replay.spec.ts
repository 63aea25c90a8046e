import { MemoryStore } from '../../lib/credentials/memory-store.js';

describe('MemoryStore remembers claims', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('of its own, and not those of another store', async () => {
    const [store, other] = [new MemoryStore(), new MemoryStore()];
    const soon = new Date(Date.now() + 60_000);
    expect(await store.claim('jti', soon)).toBe(true);
    expect(await store.claim('jti', soon)).toBe(false);
    expect(await other.claim('jti', soon)).toBe(true);
  });
});
