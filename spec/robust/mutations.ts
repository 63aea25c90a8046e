import fc from 'fast-check';

type Edit = (text: string) => string;

/**
 * Texts that are a few edits away from this one: a character changed, a part of it left out, repeated or moved, a
 * piece put in. Of bytes, in latin1, likewise.
 *
 * @param pieces what means something in this kind of text
 */
export function mutated(text: string, pieces: readonly string[], most = 4): fc.Arbitrary<string> {
  return edits(pieces, most).map((each) => each.reduce((so, edit) => edit(so), text));
}

function edits(pieces: readonly string[], most: number): fc.Arbitrary<Edit[]> {
  const place = fc.nat({ max: 2 ** 24 });
  const length = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 2000 }));
  const piece = fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: byte, minLength: 1, maxLength: 4 }));
  const changed = fc
    .tuple(place, byte)
    .map(([at, other]) => splice((text) => ({ at: at % (text.length || 1), count: 1, insert: other })));
  const left = fc
    .tuple(place, length)
    .map(([at, count]) => splice((text) => ({ at: at % (text.length || 1), count, insert: '' })));
  const put = fc
    .tuple(place, piece)
    .map(([at, insert]) => splice((text) => ({ at: at % (text.length + 1), count: 0, insert })));
  const repeated = fc.tuple(place, place, length).map(([at, from, count]) =>
    splice((text) => {
      const start = from % (text.length || 1);
      return { at: at % (text.length + 1), count: 0, insert: text.slice(start, start + count) };
    }),
  );
  return fc.array(fc.oneof(changed, left, put, repeated), { minLength: 1, maxLength: most });
}

const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));

function splice(where: (text: string) => { at: number; count: number; insert: string }): Edit {
  return (text) => {
    const { at, count, insert } = where(text);
    return text.slice(0, at) + insert + text.slice(at + count);
  };
}
