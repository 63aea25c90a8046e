import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(__dirname, '..', '..');

/** A page that readers get: README.md, SECURITY.md, or one of docs/. */
export interface Page {
  /** Below the root of the checkout. */
  path: string;
  text: string;
  /** Its code, block by block. */
  blocks: Block[];
  /** What it takes for given: the declarations of its `<!-- given … -->` comments. */
  given: Block[];
}

export interface Block {
  code: string;
  /** Lines of the page before the first of `code`. */
  before: number;
}

const docs = existsSync(join(root, 'docs')) ? readdirSync(join(root, 'docs')) : [];
const paths = [
  'README.md',
  'SECURITY.md',
  ...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
];

export const pages: readonly Page[] = paths.map((path) => {
  const text = readFileSync(join(root, path), 'utf8');
  return {
    path,
    text,
    blocks: blocksOf(text, /^```ts\n(.*?)^```$/gms),
    given: blocksOf(text, /^<!-- given\n(.*?)^-->$/gms),
  };
});

export const [readme] = pages as readonly [Page, ...Page[]];

/** As GitHub makes them of headings. */
export function anchorsOf({ text }: Page): string[] {
  const headings = [...text.replace(/^```.*?^```$/gms, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Where a page's links lead: to a file below the root, to a section of it. */
export function linksOf({ path, text }: Page): { file: string; anchor: string }[] {
  const targets = [...text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, target = '']) => target.split('#'));
  return targets.map(([file = '', anchor = '']) => ({ file: file === '' ? path : join(path, '..', file), anchor }));
}

function blocksOf(text: string, form: RegExp): Block[] {
  return [...text.matchAll(form)].map(({ 1: code = '', index }) => ({
    code,
    before: text.slice(0, index).split('\n').length,
  }));
}
