import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { satisfies } from 'semver';

const root = join(__dirname, '..', '..');

/**
 * Packs this checkout once, as `npm publish` does, and lays out hosts that have the tarball installed: one on
 * Express 4 with its types, one on Express 5, neither with an optional peer, and one that has those. Everything is copied from this checkout's own node_modules: no network.
 */
export default function setup(): void {
  const folder = mkdtempSync(join(tmpdir(), 'frontier-token-package-'));
  process.env.FRONTIER_TOKEN_PACKAGE = folder;

  const tarball = pack(folder);
  layOut(join(folder, 'express4'), tarball, { express: 'express4', '@types/express': 'types-express4' });
  layOut(join(folder, 'express5'), tarball, { express: 'express', '@types/express': '@types/express' });
  // A fresh install brings the newest types of Node; those that the specs are checked with are the oldest.
  const peers = {
    '@types/node': 'types-node26',
    express: 'express',
    '@types/express': '@types/express',
    kysely: 'kysely',
    libsql: 'libsql',
  };
  layOut(join(folder, 'peers'), tarball, { ...peers, redis: 'redis', ioredis: 'ioredis' }, 'host-with-peers');
}

/** Works in a copy, so that the checkout's own dist is left alone; the copy holds all that must not get in. */
function pack(folder: string): string {
  const left = ['node_modules', '.git', 'dist', 'coverage'];
  const checkout = join(folder, 'checkout');
  cpSync(root, checkout, { recursive: true, filter: (from) => !left.includes(relative(root, from)) });
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'), 'junction');
  execFileSync('npm', ['pack', '--pack-destination', folder], {
    cwd: checkout,
    stdio: 'pipe',
    shell: process.platform === 'win32',
  });
  const name = readdirSync(folder).find((each) => each.endsWith('.tgz'));
  if (name === undefined) throw new Error('npm pack made no tarball');
  return join(folder, name);
}

function layOut(host: string, tarball: string, peers: Record<string, string>, files = 'host'): void {
  cpSync(join(__dirname, files), host, { recursive: true });
  writeFileSync(join(host, 'package.json'), JSON.stringify({ name: 'host', private: true }));
  for (const [name, source] of Object.entries(peers)) install(host, name, locate(source, root));

  const ours = join(host, 'node_modules', 'frontier-token');
  extract(tarball, ours);
  installDependencies(host, root, ours);
  // The host's own: what a TypeScript host has besides.
  install(host, '@types/node', locate('@types/node', root));
}

interface Manifest {
  version: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const manifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

/** As npm does: at the top where the place is free or fits, else below the package that asks. */
function installDependencies(host: string, source: string, target: string): void {
  const { dependencies, optionalDependencies } = manifest(target);
  for (const [name, range] of Object.entries({ ...dependencies, ...optionalDependencies })) {
    const top = join(host, 'node_modules', name);
    if (existsSync(top) && satisfies(manifest(top).version, range)) continue;
    const from = locate(name, source);
    // An optional dependency of another platform is not there.
    if (from === undefined && optionalDependencies?.[name] !== undefined) continue;
    install(existsSync(top) ? target : host, name, from, host);
  }
}

function install(into: string, name: string, source: string | undefined, host = into): void {
  if (source === undefined) throw new Error(`${name} is not installed in this checkout`);
  const target = join(into, 'node_modules', name);
  if (existsSync(target)) return;
  cpSync(source, target, { recursive: true, filter: (from) => relative(source, from) !== 'node_modules' });
  installDependencies(host, source, target);
}

function locate(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(found)) return found;
    if (folder === dirname(folder)) return undefined;
  }
}

/** A tarball of npm's: plain files below `package/`. */
function extract(tarball: string, into: string): void {
  const tar = gunzipSync(readFileSync(tarball));
  const text = (from: number, length: number): string =>
    tar.toString('utf8', from, from + length).replace(/\0.*$/s, '');
  for (let at = 0; tar[at] !== 0;) {
    const [name, size, type, prefix] = [
      text(at, 100),
      parseInt(text(at + 124, 12), 8),
      text(at + 156, 1),
      text(at + 345, 155),
    ];
    if (type !== '0') throw new Error(`unexpected entry in the tarball: ${name} of type ${type}`);
    const file = join(into, relative('package', join(prefix, name)));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
}
