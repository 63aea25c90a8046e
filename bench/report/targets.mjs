import { writeFileSync } from 'node:fs';
import { ALGORITHMS, SCENARIOS, YARDSTICK } from '../contestants/registry.mjs';
import { median, middleHalf } from '../rounds/statistics.mjs';
import { table } from './table.mjs';

const ratesOf = (scenario, least) => ({
  figures: ALGORITHMS.map((alg) => `${alg}, ${scenario}: tokens/s, to those of ${YARDSTICK}`),
  least,
});

/**
 * What the package is to reach. `figures` are the names that the benches hand them on by; the median of a figure's
 * rounds is judged as it is printed, with `places`.
 */
const TARGETS = [
  ratesOf('body', 1),
  ratesOf('basic', 1),
  ratesOf('jwt-bearer', 0.95),
  {
    figures: Object.keys(SCENARIOS).flatMap((scenario) =>
      ALGORITHMS.map((alg) => `${alg}, ${scenario}: ping p50, to that of ${YARDSTICK}`),
    ),
    most: 1,
  },
  { figures: ['100,000 clients: tokens/s, to those with one'], least: 1 },
  { figures: ['100,000 secrets: bytes each', '100,000 RSA keys: bytes each'], most: 1024, places: 0 },
  { figures: ['1,000,000 assertions: MB'], below: 200, places: 1 },
  {
    figures: [
      '1,000,000 assertions end: longest turn of dropping them, ms',
      '1,000,000 assertions end: longest pause of the event loop, ms',
    ],
    most: 5,
    places: 1,
  },
  { figures: ALGORITHMS.map((alg) => `${alg}, SqlStore: tokens/s, to those of the bare query`), least: 0.8 },
  { figures: ['require', 'import'].map((way) => `${way}: time, to that of express`), most: 1.5 },
].flatMap(({ figures, ...target }) => figures.map((name) => ({ name, ...target })));

/**
 * Hands a bench's figures to record.mjs, where that runs it and says in which file.
 *
 * @param figures by name: a list with one for each round
 */
export function handOn(file, figures) {
  const unknown = Object.keys(figures).find((figure) => !TARGETS.some(({ name }) => name === figure));
  if (unknown) throw new Error(`there is no target for "${unknown}"`);
  if (file) writeFileSync(file, JSON.stringify(figures));
}

/** Each target as a row: what is asked, what was measured, and whether that meets it. */
export function targetTable(figures) {
  const rows = TARGETS.map((target) => [target.name, asked(target), ...verdict(target, figures[target.name])]);
  const met = rows.filter((cells) => cells.at(-1) === 'met').length;
  return `${met} of ${rows.length} are met.\n\n${table(['', 'asked', 'measured', 'half of rounds', 'target'], rows)}`;
}

function asked({ least, most, below, ...target }) {
  if (least !== undefined) return `>= ${shown(least, target)}`;
  return most === undefined ? `< ${shown(below, target)}` : `<= ${shown(most, target)}`;
}

function verdict(target, rounds) {
  if (rounds === undefined) return ['', '', 'not measured'];
  const measured = median(rounds);
  const half = rounds.length === 1 ? '' : middleHalf(rounds).map((figure) => shown(figure, target));
  return [shown(measured, target), half && half.join(' to '), isMet(target, measured) ? 'met' : 'not met'];
}

function isMet({ least = -Infinity, most = Infinity, below = Infinity, places = 2 }, measured) {
  const printed = Number(measured.toFixed(places));
  return printed >= least && printed <= most && printed < below;
}

function shown(figure, { places = 2 }) {
  return figure.toLocaleString('en', { minimumFractionDigits: places, maximumFractionDigits: places });
}
