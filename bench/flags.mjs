import { parseArgs } from 'node:util';

/** `warmUp` in tokens: V8 goes on compiling for ten thousand of them, the longer the more code there is. */
const FULL = { rounds: 25, seconds: 0.6, warmUp: 10_000 };
const QUICK = { rounds: 3, seconds: 0.3, warmUp: 500 };
const COURSE = {
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  connections: { type: 'string', default: '32' },
};

/**
 * The command line of a bench: its own flags beside those that all have. Ends the process for a flag that there is not.
 *
 * @param own as `util.parseArgs` takes them
 * @param takes which flags of a contest's course it has
 * @param full what the full form has otherwise than most
 * @returns the flags, and `course` for a contest
 */
export function flags(own = {}, { takes = Object.keys(COURSE), full = {} } = {}) {
  const common = { quick: { type: 'boolean', default: false }, figures: { type: 'string' } };
  const course = Object.fromEntries(takes.map((flag) => [flag, COURSE[flag]]));
  const given = parsed({ ...common, ...course, ...own });
  const form = given.quick ? QUICK : { ...FULL, ...full };
  const figures = takes.map((flag) => [flag, figure(flag, given[flag] ?? form[flag])]);
  return { ...given, course: { ...Object.fromEntries(figures), warmUp: form.warmUp } };
}

/** Those of a list that a flag names (all where it is left out), in the list's order. */
export function chosen(flag, given = [], all) {
  const asked = given.flatMap((text) => text.split(','));
  const unknown = asked.find((name) => !all.includes(name));
  if (unknown !== undefined) wrongUsage(`--${flag} ${unknown}: there are ${all.join(', ')}`);
  return asked.length === 0 ? all : all.filter((name) => asked.includes(name));
}

export function figure(flag, text) {
  const value = Number(text);
  return value > 0 ? value : wrongUsage(`--${flag} ${text}: a number above 0 is expected`);
}

function parsed(options) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return wrongUsage(
      `${error.message}\nThere are ${Object.keys(options)
        .map((name) => `--${name}`)
        .join(' ')}`,
    );
  }
}

function wrongUsage(message) {
  console.error(message);
  process.exit(2);
}
