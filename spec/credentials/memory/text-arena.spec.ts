import { TextArena } from '../../../lib/credentials/memory/text-arena.js';
import { bytesInUse } from '../../support/heap.js';

const MIB = 2 ** 20;

describe('TextArena', () => {
  it.each([
    ['none', 0],
    ['what the first chunk has room for, with its length', 2 ** 14 - 4],
    ['one byte more', 2 ** 14 - 3],
    ['what the largest chunk has room for', MIB - 4],
    ['a byte more than that', MIB - 3],
    ['several chunks', 3 * MIB],
  ])('keeps texts of any length beside each other: %s', (_, length) => {
    const arena = new TextArena();
    const texts = ['before', 'é'.repeat(length / 2) + 'x'.repeat(length % 2), 'behind', 'ü😀'];
    const places = texts.map((text) => arena.add(text));
    // Not the texts themselves: where one is wrong, megabytes would be printed.
    expect(texts.map((text, index) => arena.read(places[index]!) === text)).toEqual([true, true, true, true]);
  });

  it('puts a text where one of its length was removed', () => {
    const arena = new TextArena();
    const [first, second] = ['a', 'b'].map((text) => arena.add(text.repeat(100)));
    arena.remove(first!);
    expect(arena.add('c'.repeat(100))).toBe(first);
    expect(arena.read(second!)).toBe('b'.repeat(100));
    expect([first, second]).not.toContain(arena.add('d'.repeat(100)));
  });

  it('takes twenty times the bytes of a text that grows and grows at most, and not those of all that it was', () => {
    const before = bytesInUse();
    const arena = new TextArena();
    let place = arena.add('');
    const longest = MIB;
    for (let length = 0; length <= longest; length += 4096) {
      arena.remove(place);
      place = arena.add('x'.repeat(length));
    }
    expect(bytesInUse() - before).toBeLessThan(20 * longest);
    expect(arena.read(place)).toBe('x'.repeat(longest));
  });

  it('has nothing where none was put', () => {
    expect(() => new TextArena().read(0)).toThrow(RangeError);
  });
});
