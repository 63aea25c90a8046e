// What the MemoryStore costs as it fills: memory, throughput, pauses. See README.md.
import { flags } from './flags.mjs';
import { startChild } from './processes/child.mjs';
import { machine } from './report/machine.mjs';
import { done, tell } from './report/progress.mjs';
import { decimals, table, whole } from './report/table.mjs';
import { handOn } from './report/targets.mjs';
import { contest } from './rounds/contest.mjs';
import { median, middleHalf } from './rounds/statistics.mjs';

const CREDENTIALS = 100_000;
const CLAIMS = 1_000_000;
/** Of servers: a process is faster or slower than another of its kind by some per cent, for as long as it lives. */
const PAIRS = 3;

const { quick, course, figures } = flags();
// A whole round of the sweep takes 51 seconds.
const seconds = quick ? 5 : 55;

console.log(`${machine()}.\n`);
const each = await held({ what: 'credentials', count: CREDENTIALS });
const [claims, none] = await Promise.all([CLAIMS, 0].map((count) => held({ what: 'claims', count, seconds })));
const filled = await throughput();
done();

const rows = [
  ['bytes an account', whole(each.account), ''],
  ['bytes a secret', whole(each.secret), '<= 1,024'],
  ['bytes an RSA key', whole(each.key), '<= 1,024'],
  [
    `tokens/s with ${whole(CREDENTIALS)} clients, to those with one (half of rounds)`,
    ratioCell(filled.rate),
    '>= 1.00',
  ],
  [`the server's CPU a token with ${whole(CREDENTIALS)}, to that with one (half of rounds)`, ratioCell(filled.cpu), ''],
  ["the server's CPU a token with one: µs", whole(filled.cpuWithOne), ''],
  [`${whole(CLAIMS)} assertions remembered: MB`, decimals(claims.bytes / 1e6, 1), '< 200'],
  ['longest turn of dropping those that ended: ms', decimals(claims.turn, 1), '<= 5'],
  [`longest pause of the event loop while none ends, in ${seconds} s: ms`, pauseCell(claims.held), ''],
  [`longest pause while all end, in ${2 * seconds} s: ms`, pauseCell(claims.expiring), '<= 5'],
  ['longest pause of a process that remembers none, in as long: ms', pauseCell(none.expiring), ''],
  ['still in memory after that: MB', decimals(claims.left / 1e6, 1), ''],
];
console.log(table(['MemoryStore', 'measured', 'target'], rows));
handOn(figures, {
  '100,000 clients: tokens/s, to those with one': filled.rate,
  '100,000 secrets: bytes each': [each.secret],
  '100,000 RSA keys: bytes each': [each.key],
  '1,000,000 assertions: MB': [claims.bytes / 1e6],
  '1,000,000 assertions end: longest turn of dropping them, ms': [claims.turn],
  '1,000,000 assertions end: longest pause of the event loop, ms': [claims.expiring.longest],
});

/** In a process of its own, where nothing else is in memory. */
async function held(task) {
  tell(`memory: ${task.what}`);
  const { ready, end } = await startChild('memory.mjs', task, ['--expose-gc']);
  await end();
  return ready;
}

async function throughput() {
  const pairs = Array.from({ length: PAIRS }, (_, pair) => ['one', 'many'].map((name) => `${name} ${pair}`));
  // The load's own memory is no part of the difference: it has as many requests for the one client.
  const shared = { contestant: 'frontier-token', requests: CREDENTIALS };
  const entrants = pairs.flatMap(([one, many]) => [
    { ...shared, label: one, accounts: 1 },
    { ...shared, label: many, accounts: CREDENTIALS },
  ]);
  const results = await contest(entrants, { scenario: 'body', alg: 'ES256', ...course }, tell);
  const ratios = (pick) =>
    pairs.flatMap(([one, many]) => results.get(many).map((turn, round) => pick(turn) / pick(results.get(one)[round])));
  const cpuWithOne = median(pairs.flatMap(([one]) => results.get(one)).map(({ cpu }) => cpu));
  return { rate: ratios(({ rate }) => rate), cpu: ratios(({ cpu }) => cpu), cpuWithOne };
}

function ratioCell(ratios) {
  const half = middleHalf(ratios).map((ratio) => decimals(ratio));
  return `${decimals(median(ratios))} (${half.join(' to ')})`;
}

function pauseCell({ longest, over5 }) {
  return `${decimals(longest, 1)} (${over5} over 5)`;
}
