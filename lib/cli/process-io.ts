import type { Io } from './io.js';

/** Bytes; a token or a key has a few thousand. */
const MAX_INPUT = 1024 * 1024;

/** The process itself. */
export const processIo: Io = {
  env: process.env,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  notes: [],

  async readInput() {
    if (process.stdin.isTTY) return undefined;
    let input = '';
    for await (const chunk of process.stdin.setEncoding('utf8')) {
      input += String(chunk);
      if (input.length > MAX_INPUT) throw new Error(`standard input has more than ${MAX_INPUT} bytes`);
    }
    return input;
  },

  endAsked: () =>
    new Promise((resolve) => {
      const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
      const end = () => {
        // A second signal does what it does by default: it ends the process at once.
        for (const signal of signals) process.off(signal, end);
        resolve();
      };
      for (const signal of signals) process.on(signal, end);
    }),
};
