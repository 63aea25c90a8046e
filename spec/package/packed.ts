import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const folder = process.env.FRONTIER_TOKEN_PACKAGE ?? '';

/** The packed tarball. */
export const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');

/** Hosts that have it installed, by their Express. */
export const hosts = { 'Express 4': join(folder, 'express4'), 'Express 5': join(folder, 'express5') };

/** A host that has the optional peers too. */
export const hostWithPeers = join(folder, 'peers');

/** The package as it is installed. */
export const installed = join(folder, 'express5', 'node_modules', 'frontier-token');

const run = promisify(execFile);

/** The copy of this checkout that it was packed from, with what was built there. */
export const checkout = join(folder, 'checkout');

/** Runs a script with this Node in another process; rejects, with its output, where it fails. */
export async function node(cwd: string, ...args: string[]): Promise<string> {
  try {
    return (await run(process.execPath, args, { cwd })).stdout;
  } catch (thrown) {
    const { stdout, stderr } = thrown as { stdout: string; stderr: string };
    throw new Error(`node ${args.join(' ')}\n${stdout}${stderr}`, { cause: thrown });
  }
}

/** The script behind a command of a package that this checkout has. */
export function bin(name: string, command = name): string {
  const folder = join(__dirname, '..', '..', 'node_modules', name);
  const { bin: given } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    bin: Record<string, string>;
  };
  return join(folder, given[command]!);
}
