// Where the processor time of one server's event loop goes while it issues tokens: see README.md.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ALGORITHMS, contestants, SCENARIOS } from './contestants/registry.mjs';
import { chosen, flags } from './flags.mjs';
import { installPeers } from './install-peers.mjs';
import { done, tell } from './report/progress.mjs';
import { decimals, table } from './report/table.mjs';
import { contest } from './rounds/contest.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ROWS = 30;

const several = { type: 'string', multiple: true };
const { course, only, scenario, alg } = flags(
  { only: several, scenario: several, alg: several },
  { full: { rounds: 5 } },
);
const names = contestants.map(({ name }) => name);
const [contestant] = chosen('only', only, names);
installPeers(contestants.filter(({ name }) => name === contestant));
const [scenarioName] = chosen('scenario', scenario, Object.keys(SCENARIOS));
const [algorithm] = chosen('alg', alg ?? ['ES256'], ALGORITHMS);

const folder = mkdtempSync(join(tmpdir(), 'frontier-token-profile-'));
const execArgv = ['--cpu-prof', '--cpu-prof-dir', folder];
await contest(
  [{ label: contestant, contestant, execArgv }],
  { scenario: scenarioName, alg: algorithm, ...course },
  tell,
);
done();
const [file] = readdirSync(folder);
const profile = JSON.parse(readFileSync(join(folder, file), 'utf8'));
rmSync(folder, { recursive: true });

const share = selfTimes(profile);
const rows = [...share].sort(([, a], [, b]) => b - a).slice(0, ROWS);
console.log(`#### ${contestant}, ${algorithm}, ${SCENARIOS[scenarioName]}\n`);
console.log(
  table(
    ['where', '% of the busy time'],
    rows.map(([where, part]) => [where, decimals(part * 100, 1)]),
  ),
);

/** Of all samples in which the event loop was busy: the part in each function itself, by function and file. */
function selfTimes({ nodes, samples }) {
  const nameById = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const busy = samples.map((id) => nameById.get(id)).filter((name) => name !== '(idle)' && name !== '(program)');
  const counts = new Map();
  for (const name of busy) counts.set(name, (counts.get(name) ?? 0) + 1 / busy.length);
  return counts;
}

function nameOf({ functionName, url, lineNumber }) {
  const name = functionName || '(anonymous)';
  if (!url) return name;
  const place = url.startsWith('file:') ? relative(ROOT, fileURLToPath(url)) : url;
  return `${name} (${place}:${lineNumber + 1})`;
}
