// The token route beside a bare Express 5 route that does the least that a token needs: see README.md.
//
// Each server has a process of its own, and so has the load, so that none waits for another's event loop. The load
// goes to one server at a time, in short turns, so that what else the machine does hits both.
import { fork } from 'node:child_process';
import { createHash, createPrivateKey, generateKeyPairSync, sign, timingSafeEqual, verify } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';

const PATH = '/v1beta1/auth/token';
const CONNECTIONS = 32;
// Many short turns rather than few long ones: a burst of other work then spoils a round, not the run.
const ROUNDS = 25;
const TURN_SECONDS = 0.6;

const role = process.argv[2];
if (role === undefined) {
  await bench();
} else {
  const [task] = await once(process, 'message');
  await { ours, bare, load }[role](task);
}

async function bench() {
  console.log(`${ROUNDS} rounds of ${TURN_SECONDS} s each, ${CONNECTIONS} connections, Node ${process.version}\n`);
  console.log(row('', 'bare Express', 'frontier-token', 'ratio', 'half of rounds'));
  for (const alg of ['RS256', 'ES256']) {
    const { bareRates, ourRates } = await compare(alg);
    const ratios = ourRates.map((rate, round) => rate / bareRates[round]).sort((a, b) => a - b);
    const [low, high] = [0.25, 0.75].map((part) => ratios[Math.floor(ratios.length * part)].toFixed(2));
    console.log(row(alg, perSecond(bareRates), perSecond(ourRates), median(ratios).toFixed(2), `${low} to ${high}`));
  }
}

/** Tokens per second of both routes, round by round. */
async function compare(alg) {
  const { publicKey, privateKey } =
    alg === 'RS256' ? keyPair('rsa', { modulusLength: 2048 }) : keyPair('ec', { namedCurve: 'P-256' });
  const [ourServer, our] = await start('ours', { alg, privateKey });
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: our.id, client_secret: our.secret });
  const answer = await (await fetch(`http://127.0.0.1:${our.port}${PATH}`, { method: 'POST', body })).json();
  // The bare route signs the very bytes that ours signed here.
  const signingInput = answer.access_token.replace(/\.[^.]*$/, '');
  const [bareServer, bare] = await start('bare', { privateKey, secret: our.secret, signingInput, answer });
  const [client] = await start('load');

  const turn = async ({ port }, seconds = TURN_SECONDS) => {
    const { count, elapsed, samples } = await ask(client, { port, body: body.toString(), seconds });
    for (const sample of samples) checkAnswer(sample, alg, publicKey);
    return count / elapsed;
  };
  for (const server of [bare, our]) await turn(server, 1.5);
  const bareRates = [];
  const ourRates = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    bareRates.push(await turn(bare));
    ourRates.push(await turn(our));
  }
  for (const child of [ourServer, bareServer, client]) child.kill();
  return { bareRates, ourRates };
}

function keyPair(type, options) {
  return generateKeyPairSync(type, {
    ...options,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

function checkAnswer(text, alg, publicKey) {
  const [header, payload, signature] = JSON.parse(text).access_token.split('.');
  const input = Buffer.from(`${header}.${payload}`);
  const key = { key: publicKey, dsaEncoding: 'ieee-p1363' };
  const good = verify('sha256', input, key, Buffer.from(signature, 'base64url'));
  if (!good || JSON.parse(Buffer.from(header, 'base64url')).alg !== alg) throw new Error(`no good token: ${text}`);
}

/** The route of this package, with its defaults. */
async function ours({ alg, privateKey }) {
  const { default: express } = await import('express');
  const { frontierToken, MemoryStore, ServiceAccounts, StaticKeyStore } = await import('frontier-token');
  const issuer = 'https://issuer.test';
  const store = new MemoryStore();
  const keyStore = await StaticKeyStore.fromPem(privateKey, { alg });
  const accounts = new ServiceAccounts(store, { issuer });
  const { id } = await accounts.create({ scopes: ['reports:read'] });
  const { clientId, clientSecret } = await accounts.createSecret(id);
  const app = express();
  app.use(frontierToken({ issuer, credentialStore: store, keyStore }));
  process.send({ port: await listen(app), id: clientId, secret: clientSecret });
}

/** What a host would write that wants nothing but speed: no OAuth rules, no store, no passport. */
async function bare({ privateKey, secret, signingInput, answer }) {
  const { default: express } = await import('express');
  const key = { key: createPrivateKey(privateKey), dsaEncoding: 'ieee-p1363' };
  const bytes = Buffer.from(signingInput);
  const expected = sha256(secret);
  const app = express();
  app.post(PATH, express.urlencoded(), (req, res, next) => {
    if (!timingSafeEqual(sha256(req.body.client_secret), expected))
      return res.status(401).json({ error: 'invalid_client' });
    sign('sha256', bytes, key, (error, signature) => {
      if (error) return next(error);
      res.json({ ...answer, access_token: `${signingInput}.${signature.toString('base64url')}` });
    });
  });
  process.send({ port: await listen(app) });
}

function sha256(text) {
  return createHash('sha256').update(text).digest();
}

async function listen(app) {
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

/** Keeps each connection busy with one request after the other: a client as lean as can be, so that servers count. */
function load() {
  process.on('message', async ({ port, body, seconds }) => {
    const from = performance.now();
    const until = from + seconds * 1000;
    const request = [
      `POST ${PATH} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      'Content-Type: application/x-www-form-urlencoded',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n');
    const done = await Promise.all(Array.from({ length: CONNECTIONS }, () => requests(port, request, until)));
    process.send({
      count: done.reduce((sum, { count }) => sum + count, 0),
      elapsed: (performance.now() - from) / 1000,
      samples: done.flatMap(({ samples }) => samples),
    });
  });
  process.send({});
}

/** One connection's requests until then. Every answer must be a 200; some are kept to be looked at. */
function requests(port, request, until) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    const samples = [];
    let count = 0;
    let received = '';
    socket.setNoDelay().setEncoding('latin1').on('error', reject);
    socket.on('close', () => reject(new Error('the server closed the connection')));
    socket.on('data', (chunk) => {
      received += chunk;
      const end = received.indexOf('\r\n\r\n') + 4;
      if (end < 4 || received.length < end + Number(/\ncontent-length: (\d+)/i.exec(received)[1])) return;
      if (!received.startsWith('HTTP/1.1 200 ')) return reject(new Error(received));
      if (count % 500 === 0) samples.push(received.slice(end));
      count += 1;
      received = '';
      if (performance.now() < until) return socket.write(request);
      socket.removeAllListeners('close').destroy();
      resolve({ count, samples });
    });
  });
}

/** Starts this script in another role; it answers once it is ready. */
async function start(role, task = {}) {
  const child = fork(fileURLToPath(import.meta.url), [role], { env: { ...process.env, NODE_ENV: 'production' } });
  child.once('exit', (code) => {
    if (code) process.exit(code);
  });
  return [child, await ask(child, task)];
}

async function ask(child, task) {
  child.send(task);
  return (await once(child, 'message'))[0];
}

function median(sorted) {
  return sorted[Math.floor(sorted.length / 2)];
}

function perSecond(rates) {
  return `${Math.round(median([...rates].sort((a, b) => a - b))).toLocaleString('en')}/s`;
}

function row(...cells) {
  return cells.map((cell, index) => (index === 0 ? cell.padEnd(6) : cell.padStart(16))).join('');
}
