#!/usr/bin/env node
import { processIo } from './process-io.js';
import { run } from './run.js';

/** Milliseconds that open handles may keep a finished command alive, such as the socket of a database that is gone. */
const LINGER = 500;

// Whoever reads the output may stop early, as `head` does.
process.stdout.on('error', () => process.exit());
// A log that nobody takes any more must not end a server.
process.stderr.on('error', () => undefined);

void run(process.argv.slice(2), processIo).then((status) => {
  process.exitCode = status;
  setTimeout(() => process.exit(), LINGER).unref();
});
