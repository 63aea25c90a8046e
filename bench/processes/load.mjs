// The load on one server at a time. Requests are made before the turn and answers are checked after it, so that the
// turn itself costs as little as can be.
import { once } from 'node:events';
import { connect } from 'node:net';
import { answerChecker } from '../rounds/answers.mjs';
import { requestMaker } from '../rounds/requests.mjs';
import { quantile } from '../rounds/statistics.mjs';
import { answerParent } from './child.mjs';

let requestsFor;
let checkerOf;
let requests;

const steps = {
  begin({ scenario, alg, publicKey, accountPrivateKey }) {
    requestsFor = requestMaker({ scenario, alg, accountPrivateKey });
    checkerOf = answerChecker(alg, publicKey);
    return {};
  },
  async prepare(turn) {
    requests = await requestsFor(turn);
    return {};
  },
  run,
};

answerParent(({ step, ...task }) => steps[step](task));

/**
 * @param connections each is kept busy with one request after the other; they are open before the time begins
 * @param claims what the tokens claim: see contestants/registry.mjs
 * @returns how many tokens, tokens per second, and the milliseconds that they took
 */
async function run({ port, connections, seconds, claims }) {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const from = performance.now();
  const turn = { next: 0, until: from + seconds * 1000, answers: [], took: [] };
  await Promise.all(sockets.map((socket) => keepBusy(socket, turn)));
  const elapsed = (performance.now() - from) / 1000;
  const check = checkerOf(claims);
  for (const { body, client } of turn.answers) check(body, client);
  const took = turn.took.sort((a, b) => a - b);
  return { count: took.length, rate: took.length / elapsed, p50: quantile(took, 0.5), p99: quantile(took, 0.99) };
}

async function open(port) {
  const socket = connect(port, '127.0.0.1').setNoDelay().setEncoding('latin1');
  await once(socket, 'connect');
  return socket;
}

/** One connection, until the turn or its requests are over. Anything but a 200 ends the run. */
function keepBusy(socket, turn) {
  return new Promise((resolve, reject) => {
    let received = '';
    let sentAt;
    let request;
    const send = () => {
      request = requests(turn.next);
      if (request === undefined || performance.now() >= turn.until) {
        socket.removeAllListeners('close').destroy();
        return resolve();
      }
      turn.next += 1;
      sentAt = performance.now();
      socket.write(request.text);
    };
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`the server closed the connection: ${received}`)));
    socket.on('data', (chunk) => {
      received += chunk;
      const body = received.indexOf('\r\n\r\n') + 4;
      if (body < 4 || received.length < body + Number(/\ncontent-length: (\d+)/i.exec(received)[1])) return;
      if (!received.startsWith('HTTP/1.1 200 ')) return reject(new Error(received));
      turn.took.push(performance.now() - sentAt);
      turn.answers.push({ body: received.slice(body), client: request.client });
      received = '';
      send();
    });
    send();
  });
}
