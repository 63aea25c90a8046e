import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, hosts, installed, node, tarball } from './packed';

const root = join(__dirname, '..', '..');
const files = readdirSync(installed, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1));
const read = (file: string): string => readFileSync(join(installed, file), 'utf8');

describe('the packed tarball', () => {
  it('holds the compiled code and the documents, and nothing else', () => {
    expect(
      files.filter((file) => !/^(?:dist\/.+\.(?:js|mjs|d\.ts|d\.mts)|docs\/[\w-]+\.md)$/.test(file)).sort(),
    ).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json']);
    expect(files).toEqual(
      expect.arrayContaining([
        'dist/index.js',
        'dist/index.mjs',
        'dist/index.d.ts',
        'dist/index.d.mts',
        'docs/databases.md',
      ]),
    );
  });

  it('is licensed under Apache-2.0, in full', () => {
    expect(JSON.parse(read('package.json')).license).toBe('Apache-2.0');
    expect(read('LICENSE')).toMatch(/Apache License\s+Version 2\.0, January 2004/);
    expect(read('LICENSE')).toContain('END OF TERMS AND CONDITIONS');
  });

  it('has a changelog entry for its version', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };

    expect(read('CHANGELOG.md')).toMatch(new RegExp(`^## ${version.replaceAll('.', '\\.')} `, 'm'));
  });

  it('needs no more than what it names: the runtime dependencies have no install scripts', () => {
    const scripts = packagesIn(join(hosts['Express 5'], 'node_modules')).flatMap((folder) => {
      const { name, scripts = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        name: string;
        scripts?: Record<string, string>;
      };
      const builds = existsSync(join(folder, 'binding.gyp')) ? ['binding.gyp'] : [];
      const names = ['preinstall', 'install', 'postinstall'].filter((script) => script in scripts);
      return [...names, ...builds].map((each) => `${name}: ${each}`);
    });

    expect(scripts).toEqual([]);
  });

  it('has nothing that publint complains about', async () => {
    await expect(node(root, bin('publint'), 'run', tarball, '--strict')).resolves.toContain('All good!');
  });
});

/** The folders of all packages below a node_modules folder, nested ones too. */
function packagesIn(modules: string): string[] {
  if (!existsSync(modules)) return [];
  return readdirSync(modules).flatMap((name) => {
    const folder = join(modules, name);
    return name.startsWith('@') ? packagesIn(folder) : [folder, ...packagesIn(join(folder, 'node_modules'))];
  });
}
