import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The other servers are packages of the bench's own, which `npm ci` of the project does not bring: for those that need any. */
export function installPeers(contestants) {
  if (contestants.every(({ packages }) => packages.length === 0) || installed()) return;
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  // npm's own words go where the progress goes.
  const { status } = spawnSync('npm', ['ci'], { cwd, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  console.error(
    '`npm ci --prefix bench` failed: without it only --only frontier-token,bare-express,bare-http can run.',
  );
  process.exit(1);
}

/** Whether each package of the lock file is there, in its version. npm lists what it installed, and does so last of all. */
function installed() {
  const list = new URL('node_modules/.package-lock.json', import.meta.url);
  if (!existsSync(list)) return false;
  const there = packagesOf(list);
  return Object.entries(packagesOf(new URL('package-lock.json', import.meta.url)))
    .filter(([folder]) => folder !== '')
    .every(
      ([folder, { version }]) =>
        there[folder]?.version === version && existsSync(new URL(`${folder}/package.json`, import.meta.url)),
    );
}

function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
}
