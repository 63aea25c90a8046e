// Runs every bench in full, and writes what they print into README.md, with the picture beside it: about an hour, in
// which the machine should do nothing else.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { targetTable } from './report/targets.mjs';

const README = fileURLToPath(new URL('README.md', import.meta.url));
/** What is between these is written anew, the rest of the page is kept. */
const BEGIN = '<!-- record.mjs writes what follows. -->';
const END = '<!-- record.mjs wrote what precedes. -->';

const COURSE = ['rounds', 'seconds', 'connections'];
const benches = [
  { title: 'Side by side', script: 'side-by-side.mjs', takes: COURSE },
  { title: 'Memory', script: 'memory.mjs', takes: COURSE },
  { title: 'SqlStore', script: 'sql.mjs', takes: COURSE },
  { title: 'Import time', script: 'import-time.mjs', takes: [] },
  { title: 'As work grows', script: 'scaling.mjs', args: ['--svg', 'scaling.svg'], takes: ['rounds', 'seconds'] },
];

// Handed on to those that take them, `--quick` for a try.
const given = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    ...Object.fromEntries(COURSE.map((flag) => [flag, { type: 'string' }])),
  },
}).values;
// Without the marks it should end before the hour, not after it.
around();

const folder = mkdtempSync(join(tmpdir(), 'frontier-token-figures-'));
const measured = {};
const sections = benches.map(({ title, script, args = [], takes }) => {
  const file = join(folder, `${script}.json`);
  writeFileSync(file, '{}');
  const printed = run(script, [...args, '--figures', file, ...handedOn(takes)]);
  Object.assign(measured, JSON.parse(readFileSync(file, 'utf8')));
  const picture = args.includes('--svg') ? `![Tokens a second as work grows](scaling.svg)\n\n` : '';
  return `### ${title}\n\n${picture}${printed}`;
});
rmSync(folder, { recursive: true });

const { before, after } = around();
const date = new Date().toISOString().slice(0, 10);
const recorded = [`${date}.`, `### Targets\n\n${targetTable(measured)}`, ...sections].join('\n\n');
const text = `${before}${BEGIN}\n\n${recorded}\n\n${END}${after}`;
writeFileSync(README, await format(text, { ...(await resolveConfig(README)), parser: 'markdown' }));
console.error('README.md: its remarks on former runs are kept; see whether they still hold.');

/** The page before and after what is recorded. */
function around() {
  const page = readFileSync(README, 'utf8');
  const [begin, end] = [BEGIN, END].map((mark) => page.indexOf(mark));
  if (begin < 0 || end < begin) throw new Error(`README.md lacks ${BEGIN} or, behind it, ${END}`);
  return { before: page.slice(0, begin), after: page.slice(end + END.length) };
}

function handedOn(takes) {
  const valued = takes.filter((flag) => given[flag] !== undefined).flatMap((flag) => [`--${flag}`, given[flag]]);
  return given.quick ? ['--quick', ...valued] : valued;
}

function run(script, args) {
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  const { stdout, status } = spawnSync(process.execPath, [script, ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) process.exit(1);
  return stdout;
}
