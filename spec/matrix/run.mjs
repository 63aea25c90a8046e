/**
 * `npm run test:matrix`: what `npm test`, `npm run test:production` and the short form of `npm run test:robust` run, on
 * each Node that the package promises, and a table of what came of it. What follows `--` goes to Jest;
 * NODE_VERSIONS=22.23.2,24.21.0 runs on those instead.
 *
 * npm brings the binaries, into its own cache. A version that cannot be had is said loudly: with CI set that is a
 * failure, on a developer's machine (offline, or of a platform without that version) only a row without figures.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { clearTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';
import semver from 'semver';

/** Of one run of Jest. */
const LIMIT_IN_MINUTES = 40;
const CONFIGS = ['jest.config.ts', 'spec/production/jest.config.ts', 'spec/robust/jest.config.ts'];

const root = fileURLToPath(new URL('../..', import.meta.url));
const byProject = fileURLToPath(new URL('by-project.mjs', import.meta.url));
const kept = join(root, 'node_modules/.cache/matrix');

const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const lowest = semver.minVersion(engines.node).version;
const versions = process.env.NODE_VERSIONS?.split(',') ?? [lowest, '22.23.2', '24.21.0'];

// What the npm package `node` stands for here. Its install script, which npm may block, would only install that.
const platform = `${process.platform}-${process.arch}`;
const binaries = `node-${platform === 'darwin-arm64' ? 'bin-' : ''}${platform}`;

/** What a command prints, or undefined if it fails. */
function output(command, env = process.env) {
  const stdio = ['ignore', 'pipe', 'inherit'];
  const { status, stdout } = spawnSync(command, { cwd: root, shell: true, env, stdio, timeout: 300_000 });
  return status === 0 ? stdout.toString().trim() : undefined;
}

/** The environment in which `node` is of that version, also for npm and whatever else the specs start. */
function environment(version) {
  const node = output(`npm exec --yes --package=${binaries}@${version} --call "node -p process.execPath"`);
  return node && { ...process.env, ROBUST: 'short', PATH: dirname(node) + delimiter + process.env.PATH };
}

function isGood({ good }) {
  return good;
}

function insistOn(version, ran) {
  if (ran !== `v${version}`) throw new Error(`Node ${version} is wanted, and what ran is ${ran}`);
}

/** Jest in a process group of its own, so that nothing of it outlives the time limit; its exit status, null if killed. */
async function jest(env, args) {
  const stdio = ['ignore', 'inherit', 'inherit'];
  const started = spawn('node', ['node_modules/jest/bin/jest.js', ...args], { cwd: root, env, stdio, detached: true });
  const kill = () => process.kill(-started.pid, 'SIGKILL');
  const interrupted = () => {
    kill();
    process.exit(1);
  };
  const limit = setTimeout(kill, LIMIT_IN_MINUTES * 60_000);
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  const [status] = await once(started, 'exit');
  clearTimeout(limit);
  process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  return status;
}

/** A row of the table: counts by project, or why there are none. */
async function row(version) {
  const env = environment(version);
  if (env === undefined) {
    console.log(`!! SKIPPED: Node ${version} (${binaries}) is not to be had, nothing runs on it`);
    return { version, note: '!! SKIPPED: not to be had', good: !process.env.CI };
  }
  console.log(`\n== Node ${version}`);
  insistOn(version, output('npm exec --call "node -p process.version"', env));
  const runs = [];
  for (const config of CONFIGS) runs.push(await run(version, env, config));
  return { version, projects: Object.assign({}, ...runs.map(({ projects }) => projects)), good: runs.every(isGood) };
}

/** What Jest finds with one of its configurations. */
async function run(version, env, config) {
  const file = join(kept, `${version}.json`);
  rmSync(file, { force: true });
  const own = ['--json', `--outputFile=${file}`, `--testResultsProcessor=${byProject}`, `--config=${config}`];
  // Of the paths that are asked for, one configuration may have none.
  const status = await jest(env, [...own, '--passWithNoTests', ...process.argv.slice(2)]);
  if (status === null) throw new Error(`killed: it crashed, or took ${LIMIT_IN_MINUTES} minutes`);
  if (!existsSync(file)) throw new Error(`Jest gave up with exit code ${status}`);
  const { node, projects } = JSON.parse(readFileSync(file, 'utf8'));
  insistOn(version, node);
  return { projects, good: status === 0 };
}

function print(rows) {
  const columns = [...new Set(rows.flatMap(({ projects = {} }) => Object.keys(projects)))].sort();
  const line = (...cells) =>
    console.log(
      cells
        .map((cell) => cell.padEnd(17))
        .join(' ')
        .trimEnd(),
    );
  const counts = (project) => (project ? `${project.passed} / ${project.failed} / ${project.skipped}` : '-');
  console.log('\npassed / failed / skipped');
  line('', ...columns);
  for (const { version, projects, note } of rows) {
    line(`Node ${version}`, ...(projects ? columns.map((column) => counts(projects[column])) : [note]));
  }
}

mkdirSync(kept, { recursive: true });
const rows = [];
for (const version of versions) {
  rows.push(await row(version).catch(({ message }) => ({ version, note: `failed: ${message}`, good: false })));
}
print(rows);

// A matrix that ran nowhere proves nothing.
process.exitCode = rows.every(isGood) && rows.some(({ projects }) => Object.keys(projects ?? {}).length > 0) ? 0 : 1;
