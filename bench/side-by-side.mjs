// The token route beside others: see README.md.
import { readFileSync } from 'node:fs';
import { ALGORITHMS, contestants, SCENARIOS, YARDSTICK } from './contestants/registry.mjs';
import { chosen, flags } from './flags.mjs';
import { installPeers } from './install-peers.mjs';
import { machine } from './report/machine.mjs';
import { done, tell } from './report/progress.mjs';
import { decimals, table, whole } from './report/table.mjs';
import { handOn } from './report/targets.mjs';
import { contest } from './rounds/contest.mjs';
import { median, middleHalf } from './rounds/statistics.mjs';

const OURS = 'frontier-token';
const HEAD = ['', 'tokens/s', 'ratio', 'half of rounds', 'CPU µs', 'p50 ms', 'p99 ms', 'ping p50', 'ping p99'];

const several = { type: 'string', multiple: true };
const { course, only, scenario, alg, figures } = flags({ only: several, scenario: several, alg: several });
const names = contestants.map(({ name }) => name);
const asked = chosen('only', only, names);
const measured = contestants.filter(({ name }) => name === YARDSTICK || asked.includes(name));
installPeers(measured);

console.log(`${machine()}. ${course.rounds} rounds of ${course.seconds} s, ${course.connections} connections.`);
console.log(versions(measured));
const judged = {};
for (const name of chosen('scenario', scenario, Object.keys(SCENARIOS))) {
  for (const algorithm of chosen('alg', alg, ALGORITHMS)) await report(name, algorithm);
}
handOn(figures, judged);

async function report(scenarioName, algorithm) {
  const entrants = measured.map(({ name }) => ({ label: name, contestant: name }));
  const results = await contest(entrants, { scenario: scenarioName, alg: algorithm, ...course }, tell);
  done();
  const yardstick = results.get(YARDSTICK);
  const rows = measured.map(({ name }) => rowOf(name, results.get(name), yardstick));
  console.log(`\n#### ${algorithm}, ${SCENARIOS[scenarioName]}\n\n${table(HEAD, rows)}`);
  judge(`${algorithm}, ${scenarioName}`, results.get(OURS), yardstick);
}

function judge(what, ours, yardstick) {
  if (!ours) return;
  const ratios = (pick) => ours.map((turn, round) => pick(turn) / pick(yardstick[round]));
  judged[`${what}: tokens/s, to those of ${YARDSTICK}`] = ratios(({ rate }) => rate);
  judged[`${what}: ping p50, to that of ${YARDSTICK}`] = ratios(({ ping }) => ping.p50);
}

function rowOf(name, turns, yardstick) {
  const ratios = turns.map(({ rate }, round) => rate / yardstick[round].rate);
  const over = (pick) => median(turns.map(pick));
  return [
    name,
    whole(over(({ rate }) => rate)),
    decimals(median(ratios)),
    middleHalf(ratios)
      .map((ratio) => decimals(ratio))
      .join(' to '),
    whole(over(({ cpu }) => cpu)),
    decimals(
      over(({ p50 }) => p50),
      1,
    ),
    decimals(
      over(({ p99 }) => p99),
      1,
    ),
    decimals(over(({ ping }) => ping.p50)),
    decimals(over(({ ping }) => ping.p99)),
  ];
}

function versions(entrants) {
  const packages = new Set(['express', ...entrants.flatMap(({ packages: names }) => names)]);
  return [...packages].map((name) => `${name} ${versionOf(name)}`).join(', ');
}

/** Express is the project's own: the one that the package is tested with. */
function versionOf(name) {
  const folder = name === 'express' ? '../node_modules' : 'node_modules';
  return JSON.parse(readFileSync(new URL(`${folder}/${name}/package.json`, import.meta.url), 'utf8')).version;
}
