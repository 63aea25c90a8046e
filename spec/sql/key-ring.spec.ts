import type { HeldKey } from '../../lib/sql/signing-keys/held-keys.js';
import { KeyRing, RingKey } from '../../lib/sql/signing-keys/key-ring.js';

/** `one` signs from 100 on, `two` from 200, `three` from 300. */
function ring(
  changes: Record<string, { lastSignedAt?: number; reportedAt?: number; unreadable?: boolean }> = {},
): KeyRing {
  const keys = ['one', 'two', 'three'].map((kid, index) => {
    const { lastSignedAt = 0, reportedAt, unreadable = false } = changes[kid] ?? {};
    const times = { created_at: 0, signs_from: String((index + 1) * 100), last_signed_at: reportedAt ?? null };
    const row = { kid, alg: 'ES256', private_key: '', generation: index + 1, ...times };
    return new RingKey(row, unreadable ? {} : { key: { lastSignedAt } as HeldKey });
  });
  return new KeyRing(keys, { refreshEvery: 10, keepFor: 50 });
}
const kids = (keys: readonly RingKey[]) => keys.map(({ kid }) => kid);

describe('the keys at one look', () => {
  it.each([
    [99, 'one'],
    [100, 'one'],
    [199, 'one'],
    [200, 'two'],
    [299, 'two'],
    [300, 'three'],
    [9999, 'three'],
  ])('sign at %d with %s: each from its time on, the first also for a clock that is slow', (now, kid) => {
    expect(ring().signing(now)?.kid).toBe(kid);
  });

  it.each([
    [199, ['one', 'two', 'three']],
    [259, ['one', 'two', 'three']],
    [260, ['two', 'three']],
    [360, ['three']],
    [9999, ['three']],
  ])('are published at %d: %p: keepFor after the last instance knew the next one', (now, published) => {
    expect(kids(ring().published(now))).toEqual(published);
  });

  it.each([
    ['this instance', { lastSignedAt: 260 }],
    ['another, which reported it', { reportedAt: 260 }],
  ])('are published keepFor after a late signature of %s', (_whose, times) => {
    expect(kids(ring({ one: times }).published(309))).toContain('one');
    expect(kids(ring({ one: times }).published(310))).not.toContain('one');
  });

  it('are deleted keepFor after they were published', () => {
    expect(kids(ring().lapsed(309))).toEqual([]);
    expect(kids(ring().lapsed(310))).toEqual(['one']);
    expect(kids(ring({ one: { lastSignedAt: 260 } }).lapsed(359))).toEqual([]);
    expect(kids(ring().lapsed(9999))).toEqual(['one', 'two']);
  });

  it('are reported where this instance signed later than all should know the next one, and nobody knows', () => {
    const late = (one: object) => kids(ring({ one, three: { lastSignedAt: 999 } }).signedLate());
    expect(late({ lastSignedAt: 210 })).toEqual([]);
    expect(late({ lastSignedAt: 211 })).toEqual(['one']);
    expect(late({ lastSignedAt: 250, reportedAt: 251 })).toEqual([]);
  });

  it('sign with the newest that can be read, while the table has another in its place', () => {
    const keys = ring({ two: { unreadable: true } });
    expect(keys.signing(250)?.kid).toBe('two');
    expect(keys.signingHere(250)?.kid).toBe('one');
  });
});
