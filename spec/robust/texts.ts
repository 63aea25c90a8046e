import fc from 'fast-check';

/** Texts of any characters, every third of which is one that some parser looks at. */
export function texts(telling: string, size: { minLength?: number; maxLength?: number }): fc.Arbitrary<string> {
  const anyCharacter = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 });
  const letter = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 });
  return fc.string({ unit: fc.oneof(anyCharacter, letter, fc.constantFrom(...Array.from(telling))), ...size });
}
