import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, hosts, node } from './packed';

const resolutions = {
  node16: { module: 'node16' },
  nodenext: { module: 'nodenext' },
  bundler: { module: 'preserve', moduleResolution: 'bundler' },
};
const cases = Object.entries(hosts).flatMap(([express, host]) =>
  Object.entries(resolutions).map(([resolution, options]) => ({ express, host, resolution, options })),
);

describe('the types of the packed package', () => {
  // Right use in an ES module and in CommonJS, and wrong use, each line of which must be an error.
  it.each(cases)(
    'hold for strict hosts with the types of $express under $resolution resolution, without the DOM library',
    async ({ host, resolution, options }) => {
      const config = `tsconfig.${resolution}.json`;
      const compilerOptions = { ...options, target: 'es2022', lib: ['es2022'], strict: true, esModuleInterop: true };
      writeFileSync(
        join(host, config),
        JSON.stringify({
          compilerOptions: { ...compilerOptions, skipLibCheck: false, noEmit: true },
          include: ['*.mts', '*.cts'],
        }),
      );

      await expect(node(host, bin('typescript', 'tsc'), '-p', config)).resolves.toBe('');
    },
    60_000,
  );
});
