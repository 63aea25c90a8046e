import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { gracefulEnd, type GracefulEnd } from '../../lib/cli/serve/graceful-end';

/** Milliseconds until connections are cut off: what does not wait for it takes far less on any machine. */
const PATIENCE = 15_000;

let server: Server;
let ending: GracefulEnd;
/** Makes the slow answers whole. */
let finish: () => void;

beforeEach(async () => {
  const finished = new Promise<void>((resolve) => (finish = resolve));
  server = createServer(({ url }, res) => {
    if (url === '/quick') res.end('whole');
    if (url === '/slow') void finished.then(() => res.end('whole'));
    if (url === '/begun') {
      res.writeHead(200, { 'Content-Length': 5 }).write('wh');
      void finished.then(() => res.end('ole'));
    }
    // Others are never answered.
  });
  ending = gracefulEnd(server, PATIENCE);
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

/** A connection that sent this much, and what came back until it was closed. */
async function connection(...lines: string[]): Promise<{ socket: Socket; received: Promise<string> }> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  // Cut off: what counts is what came before.
  socket.on('error', () => undefined);
  const received = new Promise<string>((resolve) => socket.on('close', () => resolve(text)));
  const taken = once(server, 'connection');
  const arrived = lines.length === 0 ? undefined : once(server, 'request');
  socket.write(lines.map((line) => `${line}\r\n`).join(''));
  await Promise.all([taken, arrived]);
  return { socket, received };
}

const get = (path: string) => connection(`GET ${path} HTTP/1.1`, 'Host: localhost', '');

async function timeToEnd(): Promise<number> {
  const start = performance.now();
  await ending.end();
  return performance.now() - start;
}

it.each([
  ['not yet begun, telling the client that the connection ends', '/slow', /^connection: close\r\n[^]*whole$/im],
  ['begun', '/begun', /whole$/],
])('waits for an answer that is %s', async (_state, path, whole) => {
  const { received } = await get(path);
  const time = timeToEnd();
  expect(await Promise.race([time, setTimeout(100, 'waits')])).toBe('waits');
  finish();

  expect(await received).toMatch(whole);
  expect(await time).toBeLessThan(PATIENCE);
});

it('closes at once the connections that are idle: kept alive, or never used', async () => {
  const kept = await get('/quick');
  await once(kept.socket, 'data');
  const unused = await connection();

  expect(await timeToEnd()).toBeLessThan(PATIENCE);
  expect(await kept.received).toMatch(/keep-alive[^]*whole$/);
  expect(await unused.received).toBe('');
});

it('takes no more connections', async () => {
  const { port } = server.address() as AddressInfo;
  await get('/slow');
  const end = ending.end();
  const late = connect(port, '127.0.0.1');

  await expect(once(late, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  finish();
  await end;
});

it('cuts off whoever holds a connection for too long', async () => {
  ending = gracefulEnd(server, 500);
  const { received } = await get('/never');
  const time = await timeToEnd();

  expect(await received).toBe('');
  expect(time).toBeGreaterThanOrEqual(499);
  expect(time).toBeLessThan(PATIENCE);
});

it('says that the end has begun, and can be asked for it twice', async () => {
  expect(ending.begun).toBe(false);
  const ends = [ending.end(), ending.end()];

  expect(ending.begun).toBe(true);
  await Promise.all(ends);
});
