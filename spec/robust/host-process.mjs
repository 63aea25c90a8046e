// A host as users have it, of the built package. It tells where it listens and who its clients are, measures itself
// when it is asked, and closes when it is told to. OPTIONS: more options of the router, as JSON; `forgetful` makes one
// that a fuzz must find.
import { randomBytes, scryptSync } from 'node:crypto';
import { createServer } from 'node:http';
import express from 'express';
import { frontierToken, MemoryStore, requireAccessToken, ServiceAccounts, StaticKeyStore } from 'frontier-token';

const issuer = 'https://issuer.test';
const TOKEN_PATH = '/v1beta1/auth/token';
const { forgetful = false, ...options } = JSON.parse(process.env.OPTIONS ?? '{}');
const { profile } = options;

const store = new MemoryStore();
const keyStore = await StaticKeyStore.generate({ alg: 'ES256' });
const accounts = new ServiceAccounts(store, { issuer });
const robot = await accounts.create({ title: 'robot', scopes: ['a', 'b'] });
const retired = await accounts.create({ title: 'retired', scopes: ['a'] });
const clients = {
  robot: robot.id,
  secret: await accounts.createSecret(robot.id),
  revoked: await accounts.createSecret(robot.id),
  disabled: await accounts.createSecret(retired.id),
  key: await accounts.createKey(robot.id, { alg: 'ES256' }),
  slow: await slowSecret(robot.id),
};
await accounts.revokeCredential(clients.revoked.clientId);
await accounts.disable(retired.id);

/** One that is checked in the thread pool, at a cost that leaves time for other requests. */
async function slowSecret(accountId) {
  const [clientId, clientSecret] = ['slow', randomBytes(32).toString('base64url')];
  const salt = randomBytes(16);
  const key = scryptSync(clientSecret, salt, 32, { N: 256, r: 8, p: 1 });
  const secretHash = `scrypt$ln=8,r=8,p=1$${salt.toString('base64url')}$${key.toString('base64url')}`;
  await store.createCredential({ id: clientId, accountId, type: 'client_secret', secretHash, createdAt: new Date() });
  return { clientId, clientSecret };
}

const seen = { tokenRequests: 0, events: 0, unhandled: [] };
for (const event of ['unhandledRejection', 'uncaughtException']) {
  process.on(event, (error) => seen.unhandled.push(String(error?.stack ?? error)));
}

const app = express();
app.use((req, res, next) => {
  res.set('X-Seen', `${req.method} ${encodeURI(req.path)}`);
  if (req.path.toLowerCase().replace(/\/$/, '') === TOKEN_PATH) seen.tokenRequests += 1;
  next();
});
let told = 0;
const onEvent = () => {
  told += 1;
  if (!forgetful || told % 10 !== 0) seen.events += 1;
};
app.use(
  frontierToken({
    issuer,
    credentialStore: store,
    keyStore,
    onEvent,
    authorize: async () => true,
    claims: async ({ account }) => ({ title: account.title }),
    ...options,
  }),
);
const admit = (req, res) => void res.json(req.auth.payload.sub);
app.get('/guarded', requireAccessToken({ issuer, keyStore, profile }), admit);
/** Fetches its keys; there is a port to fetch them from once it is asked. */
let remoteGuard;
app.get(
  '/remote',
  (req, res, next) => {
    const jwksUri = `http://127.0.0.1:${server.address().port}/.well-known/jwks.json`;
    remoteGuard ??= requireAccessToken({ issuer, jwksUri, profile });
    remoteGuard(req, res, next);
  },
  admit,
);
app.use((_req, res) => void res.status(404).json('no such route'));
app.use((error, _req, res, next) => (res.headersSent ? next(error) : void res.status(599).json(String(error))));

/** Requests without an answer. */
const open = new Set();
const server = createServer((req, res) => {
  if (req.url === '/idle') {
    // One that has not come in whole waits for its client. An answer in line behind one that ended the connection is
    // never closed.
    res.end(JSON.stringify([...open].every(({ complete, socket }) => !complete || socket.destroyed)));
    return;
  }
  open.add(req);
  res.on('close', () => open.delete(req));
  // What was asked, as it was understood: what was sent may have been anything. The path is Express's to tell.
  res.setHeader('X-Seen', `${req.method} ?`);
  app(req, res);
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port, clients }));

process.on('message', (message) => {
  if (message === 'measure') {
    globalThis.gc?.();
    const resources = process.getActiveResourcesInfo();
    const listenersOf = (emitter) => emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);
    const listeners = listenersOf(process) + listenersOf(server);
    process.send({ ...seen, heap: process.memoryUsage().heapUsed, resources, listeners });
  }
  if (message === 'close') {
    // Nothing more: whether the process then ends is what is asked.
    server.close();
    process.disconnect();
  }
});
