import { generateKeyPairSync } from 'node:crypto';
import { startChild } from '../processes/child.mjs';

/** Tokens a second that a server is thought to issue until it has shown how many it does. */
const FIRST_GUESS = 2500;

/**
 * Measures servers side by side: the load goes to one at a time, in short turns, so that what else the machine does
 * hits all. Many short turns rather than few long ones: a burst of other work then spoils a round, not the run.
 *
 * @param entrants `{ label, contestant, connections?, accounts?, requests?, processes?, execArgv? }`; more than that is handed
 *   to the contestant. `requests`: how many the load keeps and goes through, one for each account at least
 * @param scenario how clients prove themselves: a name of SCENARIOS
 * @param course `{ rounds, seconds, connections, warmUp }`, seconds a turn, tokens that each process issues before the first
 * @returns by label: its turns, `{ rate, cpu, p50, p99, ping: { p50, p99 } }`; tokens a second, microseconds of CPU a
 *   token, milliseconds
 */
export async function contest(entrants, { scenario, alg, ...course }, tell) {
  const { publicKey, privateKey } = keyPair(alg, 'pem');
  const account = keyPair(alg, 'jwk');
  const task = { scenario, alg, privateKey, accountKey: account.publicKey };
  const load = await startChild('load.mjs', {
    step: 'begin',
    scenario,
    alg,
    publicKey,
    accountPrivateKey: account.privateKey,
  });
  const ping = await startChild('ping.mjs', {});
  const servers = [];
  for (const {
    label,
    connections = course.connections,
    accounts = 1,
    requests = accounts,
    execArgv,
    ...rest
  } of entrants) {
    const { ready, ask, end } = await startChild('server.mjs', { ...task, accounts, ...rest }, execArgv);
    const warmUp = course.warmUp * (rest.processes ?? 1);
    servers.push({ label, connections, accounts, requests, warmUp, ...ready, ask, end, turns: [], rate: FIRST_GUESS });
  }

  for (const server of servers) {
    tell(`${alg} ${scenario}: ${server.label} warms up`);
    for (let issued = 0; issued < server.warmUp;) issued += (await turn(server, course.seconds)).count;
  }
  for (let round = 0; round < course.rounds; round += 1) {
    tell(`${alg} ${scenario}: round ${round + 1} of ${course.rounds}`);
    // To and fro: nobody always comes behind the same one.
    for (const server of round % 2 === 0 ? servers : servers.toReversed()) {
      server.turns.push(await turn(server, course.seconds));
    }
  }
  await Promise.all([...servers, load, ping].map(({ end }) => end()));
  return new Map(servers.map(({ label, turns }) => [label, turns]));

  async function turn(server, seconds) {
    const { port, connections, accounts, requests, claims } = server;
    const count = Math.ceil(server.rate * 1.3 * seconds) + connections;
    await load.ask({ step: 'prepare', port, accounts, requests, count });
    const before = await server.ask({});
    const [tokens, other] = await Promise.all([
      load.ask({ step: 'run', port, connections, seconds, claims }),
      ping.ask({ port, seconds }),
    ]);
    const after = await server.ask({});
    server.rate = tokens.rate;
    return { ...tokens, cpu: (after - before) / tokens.count, ping: other };
  }
}

function keyPair(alg, publicFormat) {
  const [type, options] = alg === 'RS256' ? ['rsa', { modulusLength: 2048 }] : ['ec', { namedCurve: 'P-256' }];
  return generateKeyPairSync(type, {
    ...options,
    publicKeyEncoding: { type: 'spki', format: publicFormat },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}
