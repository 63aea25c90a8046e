import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, hosts, hostWithPeers, node } from './packed';

const resolutions = {
  node16: { module: 'node16' },
  bundler: { module: 'preserve', moduleResolution: 'bundler' },
};
const cases = [
  ...Object.entries(hosts).flatMap(([express, host]) =>
    Object.entries(resolutions).map(([resolution, options]) => ({
      host: `on ${express}`,
      folder: host,
      resolution,
      options,
    })),
  ),
  { host: 'with the optional peers', folder: hostWithPeers, resolution: 'node16', options: resolutions.node16 },
];

describe('the types of the packed package', () => {
  // Right use in an ES module and in CommonJS, and wrong use, each line of which must be an error.
  it.each(cases)(
    'hold for a strict host $host under $resolution resolution, without the DOM library',
    async ({ folder, resolution, options }) => {
      const config = `tsconfig.${resolution}.json`;
      const compilerOptions = { ...options, target: 'es2022', lib: ['es2022'], strict: true, esModuleInterop: true };
      writeFileSync(
        join(folder, config),
        JSON.stringify({
          compilerOptions: { ...compilerOptions, skipLibCheck: false, noEmit: true },
          include: ['*.mts', '*.cts'],
        }),
      );

      await expect(node(folder, bin('typescript', 'tsc'), '-p', config)).resolves.toBe('');
    },
    60_000,
  );
});
