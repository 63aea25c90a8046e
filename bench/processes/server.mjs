// A contestant's server. Told who it is, it answers with its port and what its tokens claim; after that, to each message
// with what CPU time it has used, in microseconds, its pool's threads and its workers included.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { usualIds } from '../host/tokens.mjs';
import { answerParent } from './child.mjs';

/** A message to a worker that has not loaded yet is lost: it finds its task here. */
const TASK = 'FRONTIER_TOKEN_BENCH_TASK';

if (cluster.isWorker) {
  process.on('message', () => process.send(ownCpu()));
  process.send(await serve(JSON.parse(process.env[TASK])));
} else {
  answerPrimary();
}

function answerPrimary() {
  let started = false;
  answerParent((message) => {
    if (started) return allCpu();
    started = true;
    return message.processes === undefined ? serve(message) : serveInWorkers(message);
  });
}

async function serve({ contestant, ...task }) {
  const { handler, claims = () => ({ ids: usualIds }) } = await import(`../contestants/${contestant}.mjs`);
  const server = createServer(await handler(task)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: server.address().port, claims: claims(task) };
}

/** Under node:cluster the primary hands connections to the workers in turn; port 0 is the same one for all of them. */
async function serveInWorkers({ processes, ...task }) {
  cluster.on('exit', (worker, code) => process.exit(code));
  const workers = Array.from({ length: processes }, () => cluster.fork({ [TASK]: JSON.stringify(task) }));
  const [[ready]] = await Promise.all(workers.map((worker) => once(worker, 'message')));
  return ready;
}

async function allCpu() {
  const workers = Object.values(cluster.workers);
  const answers = workers.map(async (worker) => {
    worker.send({});
    return (await once(worker, 'message'))[0];
  });
  return (await Promise.all(answers)).reduce((sum, used) => sum + used, ownCpu());
}

function ownCpu() {
  const { user, system } = process.cpuUsage();
  return user + system;
}
