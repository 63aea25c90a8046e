// How long the package takes to load, beside Express, which is a part of it: see README.md.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { figure, flags } from './flags.mjs';
import { machine } from './report/machine.mjs';
import { done, tell } from './report/progress.mjs';
import { decimals, table } from './report/table.mjs';
import { handOn } from './report/targets.mjs';
import { median, middleHalf } from './rounds/statistics.mjs';

const OURS = fileURLToPath(new URL('../dist/index', import.meta.url));
const STARTS = { full: 101, quick: 9 };

/** Timed in the process itself: Node's own start is no part of it. */
const ways = {
  'require, express': timed('require("express")'),
  'require, frontier-token': timed(`require(${JSON.stringify(`${OURS}.js`)})`),
  'import, express': timed('await import("express")'),
  'import, frontier-token': timed(`await import(${JSON.stringify(`${OURS}.mjs`)})`),
};

const own = { starts: { type: 'string' }, where: { type: 'boolean', default: false } };
const { quick, starts, where, figures } = flags(own, { takes: [] });
const count = figure('starts', starts ?? (quick ? STARTS.quick : STARTS.full));
const judged = {};
console.log(`${machine()}.\n`);
if (where) console.log(attribution());
else console.log(comparison());
done();
handOn(figures, judged);

/** Each way in turn, many times over: what else the machine does hits all. */
function comparison() {
  const times = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  for (let start = 0; start < count; start += 1) {
    tell(`import time: ${start + 1} of ${count}`);
    for (const [way, script] of Object.entries(ways)) times[way].push(Number(run(script)));
  }
  const rows = ['require', 'import'].map((kind) => {
    const [express, ours] = ['express', 'frontier-token'].map((name) => times[`${kind}, ${name}`]);
    const ratios = ours.map((ms, start) => ms / express[start]);
    judged[`${kind}: time, to that of express`] = ratios;
    const half = middleHalf(ratios).map((ratio) => decimals(ratio));
    return [kind, decimals(median(express), 1), decimals(median(ours), 1), decimals(median(ratios)), half.join(' to ')];
  });
  return `Median of ${count} starts.\n\n${table(['', 'express, ms', 'frontier-token, ms', 'ratio', 'half of starts'], rows)}`;
}

/** What each package adds to Express's own time: median of nine starts. */
function attribution() {
  const runs = Array.from({ length: STARTS.quick }, () => JSON.parse(run(tracing(`${OURS}.js`))));
  const names = [...new Set(runs.flatMap(Object.keys))];
  const rows = names.map((name) => {
    const seen = runs.map((packages) => packages[name]).filter(Boolean);
    return { name, ms: median(seen.map(({ ms }) => ms)), files: seen[0].files };
  });
  rows.sort((a, b) => b.ms - a.ms);
  const cells = rows.map(({ name, ms, files }) => [name, decimals(ms, 1), files]);
  return table(['loaded beside Express', 'ms', 'files'], cells);
}

function run(script) {
  const options = { cwd: fileURLToPath(new URL('.', import.meta.url)), encoding: 'utf8' };
  const { stdout, stderr, status } = spawnSync(process.execPath, [...script.args, '-e', script.code], options);
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

function timed(statement) {
  const args = statement.startsWith('await') ? ['--input-type=module'] : [];
  return { args, code: `const from = performance.now(); ${statement}; console.log(performance.now() - from);` };
}

/** Counts a file's own time for the package that it is in: what it requires in turn counts for theirs. */
function tracing(file) {
  const code = `
    require('express');
    const Module = require('node:module');
    const load = Module.prototype.load;
    const packages = {};
    const inner = [0];
    Module.prototype.load = function (path) {
      const [, name = 'frontier-token'] = /.*node_modules[\\\\/]((?:@[^\\\\/]+[\\\\/])?[^\\\\/]+)/.exec(path) ?? [];
      const from = performance.now();
      inner.push(0);
      try {
        return load.call(this, path);
      } finally {
        const all = performance.now() - from;
        const own = all - inner.pop();
        inner[inner.length - 1] += all;
        packages[name] ??= { ms: 0, files: 0 };
        packages[name].ms += own;
        packages[name].files += 1;
      }
    };
    require(${JSON.stringify(file)});
    console.log(JSON.stringify(packages));`;
  return { args: [], code };
}
