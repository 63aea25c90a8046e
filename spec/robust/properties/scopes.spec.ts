import fc from 'fast-check';
import { InvalidScopeError } from '../../../lib/errors/catalogue.js';
import { grantScopes } from '../../../lib/scopes/grant-scopes.js';
import { parseScope } from '../../../lib/scopes/scope.js';
import { runs } from '../length.js';

/** RFC 6749 §3.3, letter by letter. */
const tokenCharacters = Array.from({ length: 0x7f - 0x21 }, (_, index) => String.fromCharCode(0x21 + index)).filter(
  (character) => character !== '"' && character !== '\\',
);
// Mostly few: what is asked for is then often among what is owned.
const token = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('a', 'b', 'ab', 'reports:read') },
  fc.string({ unit: fc.constantFrom(...tokenCharacters), minLength: 1, maxLength: 12 }),
);
const tokens = fc.array(token, { minLength: 1, maxLength: 6 });
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\t', '"', '\\', 'é', '\0', '\x7f'), maxLength: 8 }),
);

/** What is granted; undefined where it is refused, which only InvalidScopeError may say. */
function granted(owned: string[], parameter?: string, claim?: string): string[] | undefined {
  try {
    return grantScopes(owned, parameter, claim);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(InvalidScopeError);
    return undefined;
  }
}

describe('a scope', () => {
  it('of any tokens is read as these, each once', () => {
    fc.assert(
      fc.property(tokens, (given) => {
        expect(parseScope(given.join(' '))).toEqual([...new Set(given)]);
      }),
      runs(500),
    );
  });

  it('of any other text is none', () => {
    fc.assert(
      fc.property(anything, (scope) => {
        const isWellFormed = scope.split(' ').every((each) => each !== '' && /^[!#-[\]-~]+$/.test(each));
        expect(parseScope(scope) !== undefined).toBe(isWellFormed);
      }),
      runs(1000),
    );
  });

  it('that is asked for is granted where all of it is the account’s and the assertion’s, else refused', () => {
    const asked = fc.option(tokens, { nil: undefined });
    fc.assert(
      fc.property(fc.array(token, { maxLength: 6 }), asked, asked, (owned, parameter, claim) => {
        const scopes = granted(owned, parameter?.join(' '), claim?.join(' '));
        const isWithin = (claim ?? []).every((each) => owned.includes(each));
        const isBounded = (parameter ?? []).every((each) => (claim ?? owned).includes(each));
        expect(scopes).toEqual(isWithin && isBounded ? [...new Set(parameter ?? claim ?? owned)] : undefined);
      }),
      runs(1000),
    );
  });

  it('of any text never widens what the account has', () => {
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 6 }),
        fc.option(anything, { nil: undefined }),
        anything,
        (owned, parameter, claim) => {
          for (const scope of granted(owned, parameter, claim) ?? []) expect(owned).toContain(scope);
        },
      ),
      runs(1000),
    );
  });
});
