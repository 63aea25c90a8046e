// SqlStore over a PostgreSQL on this machine, beside a bare route that makes the same query: see README.md.
import { Kysely, PostgresDialect } from 'kysely';
import { SqlStore } from '../dist/sql/index.mjs';
import { addClient } from './contestants/frontier-token.mjs';
import { ALGORITHMS } from './contestants/registry.mjs';
import { chosen, flags } from './flags.mjs';
import { clientAt } from './host/clients.mjs';
import { openPool, POSTGRES_URL } from './host/postgres.mjs';
import { machine } from './report/machine.mjs';
import { done, tell } from './report/progress.mjs';
import { decimals, table, whole } from './report/table.mjs';
import { handOn } from './report/targets.mjs';
import { contest } from './rounds/contest.mjs';
import { median, middleHalf } from './rounds/statistics.mjs';

/** Clients in the tables, all of whom ask. */
const ACCOUNTS = 1000;

const { course, alg, figures } = flags({ alg: { type: 'string', multiple: true } });
const algorithms = chosen('alg', alg, ALGORITHMS);
const judged = {};
const admin = openPool(POSTGRES_URL);
const version = await admin.query('show server_version').catch((error) => error);
if (version instanceof Error) {
  console.log(`SKIPPED: no PostgreSQL answers at ${new URL(POSTGRES_URL).host} (set POSTGRES_URL): ${version.message}`);
} else {
  console.log(`${machine()}. PostgreSQL ${version.rows[0].server_version}, ${ACCOUNTS} accounts.\n`);
  await inDatabase(async (url) => {
    await fill(url);
    const rows = [];
    for (const algorithm of algorithms) rows.push(await compare(algorithm, url));
    done();
    const head = ['', 'bare route, tokens/s', 'SqlStore, tokens/s', 'ratio', 'half of rounds', 'bare CPU µs', 'CPU µs'];
    console.log(table(head, rows));
  });
}
await admin.end();
handOn(figures, judged);

/** A database of its own, dropped afterwards. */
async function inDatabase(work) {
  const name = `frontier_token_bench_${process.pid}`;
  await admin.query(`create database ${name}`);
  try {
    await work(Object.assign(new URL(POSTGRES_URL), { pathname: name }).href);
  } finally {
    await admin.query(`drop database ${name} with (force)`);
  }
}

async function fill(url) {
  tell(`sql: ${ACCOUNTS} accounts`);
  const db = new Kysely({ dialect: new PostgresDialect({ pool: openPool(url) }) });
  const store = new SqlStore(db);
  await store.migrate();
  for (let number = 0; number < ACCOUNTS; number += 1) await addClient(store, clientAt(number), { kty: 'RSA' });
  await db.destroy();
}

async function compare(algorithm, database) {
  const entrants = ['bare-sql', 'sql-store'].map((name) => ({
    label: name,
    contestant: name,
    accounts: ACCOUNTS,
    database,
  }));
  const results = await contest(entrants, { scenario: 'body', alg: algorithm, ...course }, tell);
  const [bare, ours] = ['bare-sql', 'sql-store'].map((name) => results.get(name));
  const ratios = ours.map(({ rate }, round) => rate / bare[round].rate);
  judged[`${algorithm}, SqlStore: tokens/s, to those of the bare query`] = ratios;
  const over = (turns, pick) => whole(median(turns.map(pick)));
  const half = middleHalf(ratios).map((ratio) => decimals(ratio));
  const rates = [bare, ours].map((turns) => over(turns, ({ rate }) => rate));
  const cpu = [bare, ours].map((turns) => over(turns, ({ cpu: spent }) => spent));
  return [algorithm, ...rates, decimals(median(ratios)), half.join(' to '), ...cpu];
}
