import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const lib = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(root, 'lib', file), 'utf8'))
  .join('\n');

/** Each place where lib says a reason. */
const PLACES = [
  /\breason: '(\w+)'/g,
  /\brefusal\(\s*'(\w+)'/g,
  /new (?:InvalidScopeError|UnsupportedMediaTypeError)\(\s*'(\w+)'/g,
  /: ClaimRule = \[\s*'(\w+)'/g,
];
const found = (place: RegExp, text = lib): string[] => [...text.matchAll(place)].map(([, name = '']) => name);
/** The members of a union of literals. */
const members = (type: string): string[] =>
  found(/'(\w+)'/g, new RegExp(`type ${type} =([^;]+);`).exec(lib)?.[1] ?? '');

const faults = members('JwtFault').flatMap((fault) => [`assertion_${fault}`, `token_${fault}`]);
const endings = found(/\$\{seam\}(_\w+)/g).map((ending) => `SEAM${ending}`);
const reasons = [...new Set([...PLACES.flatMap((place) => found(place)), ...faults, ...members('Seam'), ...endings])];

describe('the reasons of events', () => {
  it.each(PLACES)('are said in lib as %s', (place) => {
    expect(found(place)).not.toEqual([]);
  });

  it('are made in lib from these templates alone', () => {
    const templates = [...lib.matchAll(/\breason: `([^`]+)`/g)].map(([, template]) => template).sort();
    const ofSeams = ['${seam}_failed', '${seam}_timeout', '${seam}_unavailable'];
    expect(templates).toEqual([...ofSeams, 'assertion_${fault}', 'token_${fault}']);
    expect([endings.length, faults.length > 0, members('Seam').length > 0]).toEqual([3, true, true]);
  });

  it.each(reasons)('are in README.md: %s', (reason) => {
    expect(readme).toContain(`\`${reason}\``);
  });
});
