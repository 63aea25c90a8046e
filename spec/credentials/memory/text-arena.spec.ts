import { TextArena } from '../../../lib/credentials/memory/text-arena.js';
import { bytesInUse } from '../../support/heap.js';

const MIB = 2 ** 20;

describe('TextArena', () => {
  it.each([
    ['none', 0],
    ['what a chunk has room for, with its length', MIB - 4],
    ['one more', MIB - 3],
    ['several chunks', 3 * MIB],
  ])('keeps texts of any length beside each other: %s', (_, length) => {
    const arena = new TextArena();
    const texts = ['before', 'é'.repeat(length / 2) + 'x'.repeat(length % 2), 'behind', 'ü😀'];
    const places = texts.map((text) => arena.add(text));
    expect(places.map((place) => arena.read(place) === texts[places.indexOf(place)])).toEqual(texts.map(() => true));
  });

  it('puts a text where one of its length was removed', () => {
    const arena = new TextArena();
    const [first, second] = ['a', 'b'].map((text) => arena.add(text.repeat(100)));
    arena.remove(first!);
    expect(arena.add('c'.repeat(100))).toBe(first);
    expect(arena.read(second!)).toBe('b'.repeat(100));
    expect([first, second]).not.toContain(arena.add('d'.repeat(100)));
  });

  it('takes fifteen times the bytes of a text that grows and grows at most, and not those of all that it was', () => {
    const before = bytesInUse();
    const arena = new TextArena();
    let place = arena.add('');
    const longest = 4 * MIB;
    for (let length = 0; length <= longest; length += 8192) {
      arena.remove(place);
      place = arena.add('x'.repeat(length));
    }
    expect(bytesInUse() - before).toBeLessThan(15 * longest);
    expect(arena.read(place)).toBe('x'.repeat(longest));
  });

  it('has nothing where none was put', () => {
    expect(() => new TextArena().read(0)).toThrow(RangeError);
  });
});
