// Tokens a second as work grows, in figures and as a picture: see README.md.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { ALGORITHMS, YARDSTICK } from './contestants/registry.mjs';
import { chosen, flags } from './flags.mjs';
import { lineCharts } from './report/chart.mjs';
import { machine } from './report/machine.mjs';
import { done, tell } from './report/progress.mjs';
import { table, whole } from './report/table.mjs';
import { contest } from './rounds/contest.mjs';
import { median } from './rounds/statistics.mjs';

const OURS = 'frontier-token';
const CORES = availableParallelism();
const COLORS = { RS256: '#b35900', ES256: '#0969da' };

const PROCESSES = [1, 2, 4];
/** Beside the servers: the load and the pings. */
const OTHERS = 2;

/** What grows, and on whose side: the bare route has one client and no store, so that accounts are nothing to it. */
const growths = [
  { by: 'connections', title: 'one process, one account', ticks: [1, 8, 64, 512], contestants: [OURS, YARDSTICK] },
  {
    by: 'accounts',
    title: 'one process, 32 connections',
    ticks: [1, 100, 100_000],
    contestants: [OURS],
    // The load's own memory is no part of the difference: it has as many for the one account.
    requests: 100_000,
  },
  {
    by: 'processes',
    title: 'one account, 64 connections',
    xLabel: `processes (node:cluster, ${CORES} cores)`,
    ticks: PROCESSES,
    contestants: [OURS, YARDSTICK],
    connections: 64,
    remark: sharedCores(),
  },
];

const several = { type: 'string', multiple: true };
const own = { grow: several, alg: several, svg: { type: 'string' } };
const { course, grow, alg, svg } = flags(own, { takes: ['rounds', 'seconds'], full: { rounds: 9 } });
const algorithms = chosen('alg', alg, ALGORITHMS);
const kinds = growths.map(({ by }) => by);
const asked = chosen('grow', grow, kinds);

console.log(`${machine()}. ${course.rounds} rounds of ${course.seconds} s.`);
const panels = [];
for (const growth of growths.filter(({ by }) => asked.includes(by))) panels.push(await measure(growth));
done();
for (const { title, xLabel, ticks, series, remark } of panels) {
  const tableOf = (pick) =>
    table(
      ['', ...ticks.map(whole)],
      series.map((one) => [one.name, ...pick(one).map(whole)]),
    );
  console.log(`\n#### Tokens/s by ${xLabel}: ${title}\n\n${tableOf(({ values }) => values)}`);
  console.log(`\nThe servers' CPU a token, µs:\n\n${tableOf(({ cpu }) => cpu)}`);
  if (remark) console.log(`\n${remark}`);
}
if (svg) writeFileSync(svg, lineCharts({ title: 'Tokens a second as work grows', yLabel: 'tokens/s', panels }));

async function measure({ by, title, xLabel = by, ticks, contestants, connections = 32, requests, remark }) {
  const series = [];
  for (const algorithm of algorithms) {
    const entrants = contestants.flatMap((contestant) =>
      ticks.map((tick) => ({ label: `${contestant} ${tick}`, contestant, requests, [by]: tick })),
    );
    const settings = { scenario: 'body', alg: algorithm, ...course, connections };
    const results = await contest(entrants, settings, tell);
    for (const contestant of contestants) {
      const over = (pick) => ticks.map((tick) => median(results.get(`${contestant} ${tick}`).map(pick)));
      const [values, cpu] = [over(({ rate }) => rate), over((turn) => turn.cpu)];
      const dashed = contestant !== OURS;
      series.push({ name: `${contestant}, ${algorithm}`, color: COLORS[algorithm], dashed, values, cpu });
    }
  }
  return { title, xLabel, ticks, series, remark };
}

/** What the figures by processes can tell on this machine, where it has fewer cores than there are processes. */
function sharedCores() {
  const short = PROCESSES.find((count) => count + OTHERS > CORES);
  if (short === undefined) return undefined;
  return `The load, the pings and the servers share ${CORES} cores: from ${short} ${short === 1 ? 'process' : 'processes'} on they wait for one another, and tokens/s that fall tell more of this machine than of node:cluster.`;
}
