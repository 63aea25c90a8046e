import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pages, root } from './pages.js';
import { titlesIn } from './titles.js';

/** A file in backticks and, behind it, titles in it. */
const CITATION = /`((?:lib|spec)\/[^`]*)`((?:,? "[^"]+")*)/g;
const QUOTED = /"([^"]+)"/g;

/** What a page says of files and specs, and is not so. */
function faultsOf(text: string): string[] {
  const cited = [...text.matchAll(CITATION)].map(([, file = '', quotes = '']) => ({ file, titles: quoted(quotes) }));
  const known = cited.flatMap(({ titles }) => titles);
  return [
    ...cited.filter(({ file }) => !existsSync(join(root, file))).map(({ file }) => `no file ${file}`),
    ...cited.flatMap(({ file, titles }) => titles.filter(absentIn(file)).map((title) => `not in ${file}: ${title}`)),
    ...quoted(text.replace(/^```.*?^```$/gms, ''))
      .filter((title) => !known.includes(title))
      .map((title) => `behind no file: ${title}`),
  ];
}

function quoted(text: string): string[] {
  return [...text.matchAll(QUOTED)].map(([, title = '']) => title);
}

const titles = new Map<string, readonly string[]>();

function absentIn(file: string): (title: string) => boolean {
  const path = join(root, file);
  const found = titles.get(file) ?? (existsSync(path) ? titlesIn(readFileSync(path, 'utf8')) : []);
  titles.set(file, found);
  return (title) => !found.includes(title);
}

const claims = pages.filter(({ path }) => /security/i.test(path));

describe('what is said about security', () => {
  it.each(claims.map(({ path, text }) => ({ path, text })))(
    'names files and specs that are there: $path',
    ({ text }) => {
      expect([...text.matchAll(CITATION)].length).toBeGreaterThan(20);
      expect(faultsOf(text)).toEqual([]);
    },
  );

  it('is on two pages', () => {
    expect(claims.map(({ path }) => path)).toEqual(['SECURITY.md', 'docs/security.md']);
  });

  it('would not pass with others', () => {
    const page = [
      '`spec/readme/security.spec.ts` "is on two pages", "what is said about security is on two pages"',
      '`lib/gone.ts` `spec/readme/security.spec.ts` "is on three pages"',
      '`lib/testing/id-rules.ts` "holds accounts apart whose ids differ in a byte", "robot"; "a promise of nobody"',
    ];
    expect(faultsOf(page.join('\n'))).toEqual([
      'no file lib/gone.ts',
      'not in spec/readme/security.spec.ts: is on three pages',
      'not in lib/testing/id-rules.ts: robot',
      'behind no file: a promise of nobody',
    ]);
  });
});
