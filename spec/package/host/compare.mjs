import { createRequire } from 'node:module';
import * as imported from 'frontier-token';

const required = createRequire(import.meta.url)('frontier-token');

// What Node itself adds where an ES module passes on a CommonJS one's names, by its version.
const names = Object.keys(imported).filter((name) => !['__esModule', 'module.exports'].includes(name));
console.log(
  JSON.stringify({
    imported: names.sort(),
    required: Object.keys(required).sort(),
    different: names.filter((name) => imported[name] !== required[name]),
  }),
);
