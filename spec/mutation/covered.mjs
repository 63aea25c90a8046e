import { appendFileSync, readFileSync } from 'node:fs';

/** In Stryker's sandbox. A line a spec file: its path, how long it took, the mutants that its tests reach. */
const FILE = 'covered.jsonl';

export function noteCovered(line) {
  appendFileSync(FILE, `${JSON.stringify(line)}\n`);
}

export function readCovered() {
  return readFileSync(FILE, 'utf8').trim().split('\n').map(JSON.parse);
}
