// Another client of the same host: asks for `GET /ping` every few milliseconds, and sees how long it takes.
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { PING } from '../host/pong.mjs';
import { quantile } from '../rounds/statistics.mjs';
import { answerParent } from './child.mjs';

const EVERY_MS = 3;

answerParent(async ({ port, seconds }) => {
  if (port === undefined) return {};
  const took = [];
  const until = performance.now() + seconds * 1000;
  const socket = connect(port, '127.0.0.1').setNoDelay().setEncoding('latin1');
  await once(socket, 'connect');
  while (performance.now() < until) {
    const from = performance.now();
    socket.write(`GET ${PING} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    const [answer] = await once(socket, 'data');
    if (!answer.startsWith('HTTP/1.1 200 ') || !answer.endsWith('pong')) throw new Error(answer);
    took.push(performance.now() - from);
    await pause(EVERY_MS);
  }
  socket.destroy();
  took.sort((a, b) => a - b);
  return { p50: quantile(took, 0.5), p99: quantile(took, 0.99) };
});
