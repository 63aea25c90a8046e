// A host whose stores, keys, hooks, limiter and listener fail on request: the header X-Fault names which of them, and
// how. What a request did not ask for works. GET /faults tells what can fail, and how; GET /cells the events of the
// requests so far and whether the failing part was reached, GET /cells/ID those of one. All routes are there twice, below
// /patient and /impatient. Behind /remote/NAME is a guard that fetches its keys, for each name one of its own.
import { AsyncLocalStorage } from 'node:async_hooks';
import { createServer } from 'node:http';
import express from 'express';
import {
  frontierToken,
  MemoryStore,
  requireAccessToken,
  ServiceAccounts,
  StaticKeyStore,
  StoreUnavailableError,
} from 'frontier-token';
import { RateLimiterMemory } from 'rate-limiter-flexible';

const issuer = 'https://issuer.test';
/** Milliseconds that a part which hangs is waited for. */
const TIMEOUT = 1000;
/** What must not be waited for in vain is asked of the patient routes: a slow machine is no failure. */
const PATIENCE = { '/patient': 60_000, '/impatient': TIMEOUT };
const detail = 'secret detail';
/** Answers that are still to come. */
let late = 0;
const sleep = async (ms) => {
  late += 1;
  await new Promise((resolve) => setTimeout(resolve, ms));
  late -= 1;
};
const thrower = (ask) => {
  throw ask;
};

/** Each is told how to work rightly. */
const FAILURES = {
  throws: () => thrower(new Error(detail)),
  'throws StoreUnavailableError': () => thrower(new StoreUnavailableError(detail)),
  rejects: () => Promise.reject(new Error(detail)),
  'rejects with undefined': () => Promise.reject(undefined),
  'rejects with null': () => Promise.reject(null),
  'rejects with an answer': () => Promise.reject({ status: 200, statusCode: 200, body: detail, headers: { detail } }),
  'rejects with StoreUnavailableError': () => Promise.reject(new StoreUnavailableError(detail)),
  hangs: () => new Promise(() => undefined),
  'is slow, but in time': (work) => sleep(10).then(work),
  'answers too late': (work) => sleep(2 * TIMEOUT).then(work),
  'rejects too late': () => sleep(2 * TIMEOUT).then(() => thrower(new Error(detail))),
  // Its own bug, on the event loop: a host that goes on all the same must not find a request waiting for ever.
  'dies on the event loop': () => new Promise(() => setTimeout(() => thrower(bug), 5)),
  'answers undefined': () => undefined,
  'answers null': async () => null,
  'answers a text': async () => 'text',
  'answers a number': async () => 5,
  'answers an empty object': async () => ({}),
  'answers an empty array': async () => [],
  'answers what dies as it is read': async () => diesAsItIsRead((member) => member !== 'then'),
  'answers a promise that dies as it is read': () => diesAsItIsRead(() => true),
};

/** Of a member that the package reads. It does not wait for what it reads. */
const GETTER_FAILURES = {
  throws: () => thrower(new Error(detail)),
  'throws StoreUnavailableError': () => thrower(new StoreUnavailableError(detail)),
  'answers undefined': () => undefined,
  'answers null': () => null,
  'answers a text': () => 'text',
  'answers an empty text': () => '',
  'answers a number': () => 5,
  'answers a promise': async () => 'text',
  'answers what dies as it is read': () => diesAsItIsRead(() => true),
};

const bug = new Error('a bug of the host');

/** How the JWKS of an issuer elsewhere fails; each is told the right answer's text. */
const JWKS_FAILURES = {
  'hangs up': (res) => res.destroy(),
  'answers 500': (res) => res.status(500).send(detail),
  'answers 404': (res) => res.status(404).json({ detail }),
  redirects: (res) => res.redirect('/cells'),
  hangs: () => undefined,
  'is slow, but in time': (res, text) => sleep(10).then(() => res.send(text)),
  'answers too late': (res, text) => sleep(2 * TIMEOUT).then(() => res.send(text)),
  'hangs up in the middle': (res, text) => res.write(text.slice(0, -9), () => res.destroy()),
  'hangs in the middle': (res, text) => res.write(text.slice(0, -9)),
  'answers nothing': (res) => res.end(),
  'answers a text': (res) => res.send(`<html>${detail}</html>`),
  'answers null': (res) => res.send('null'),
  'answers an empty object': (res) => res.send('{}'),
  'answers keys that are a text': (res) => res.json({ keys: detail }),
  'answers more than one may': (res) => res.send(`{"keys":[],"x":"${'x'.repeat(2 ** 20)}"}`),
  'answers no keys': (res) => res.send('{"keys":[]}'),
  'answers keys that are none': (res, text) =>
    res.json({ keys: [null, detail, { kid: JSON.parse(text).keys[0].kid }] }),
};

function diesAsItIsRead(dies) {
  const get = (_target, member) => (dies(member) ? thrower(new Error(detail)) : undefined);
  return new Proxy({}, { get, getOwnPropertyDescriptor: get, ownKeys: () => thrower(new Error(detail)) });
}

const cells = {};
const asking = new AsyncLocalStorage();
/** Makes parts that fail in one of these ways where a request asks for it, and keeps their names. */
const failingBy = (failures, names) => (name, work) => {
  names.push(name);
  return (...given) => {
    const cell = asking.getStore();
    if (cell?.seam !== name) return work(...given);
    cell.reached = true;
    return failures[cell.failure](() => work(...given));
  };
};
const parts = [];
const seam = failingBy(FAILURES, parts);
const getters = [];
const getter = failingBy(GETTER_FAILURES, getters);

const store = new MemoryStore();
const keys = await StaticKeyStore.generate({ alg: 'ES256' });
const accounts = new ServiceAccounts(store, { issuer });
const robot = await accounts.create({ title: 'robot', scopes: ['a'] });
const clients = {
  robot: robot.id,
  secret: await accounts.createSecret(robot.id),
  key: await accounts.createKey(robot.id, { alg: 'ES256' }),
};
const { secretHash, ...legacy } = await store.findCredential(clients.secret.clientId);
await store.createCredential({ ...legacy, id: 'legacy', secretHash: secretHash.replace('sha256', 'legacy') });

const unhandled = [];
for (const event of ['unhandledRejection', 'uncaughtException']) {
  process.on(event, (error) => error === bug || unhandled.push(String(error?.stack ?? error)));
}

const limiter = new RateLimiterMemory({ points: 1_000_000, duration: 60 });
const onEvent = seam('onEvent', () => undefined);
const told = (event) => {
  const { cause, ...rest } = event;
  asking.getStore()?.events.push({ ...rest, hasCause: cause !== undefined });
  return onEvent(event);
};
const sign = seam('sign', (key, data) => key.sign(data));
const member = {
  decoy: getter('decoy', () => undefined),
  kid: getter('kid', ({ kid }) => kid),
  alg: getter('alg', ({ alg }) => alg),
  signer: getter('signer', (key) => (data) => sign(key, data)),
};
const keyStore = {
  signingKey: seam('key', async () => {
    const key = await keys.signingKey();
    return {
      get kid() {
        return member.kid(key);
      },
      get alg() {
        return member.alg(key);
      },
      get sign() {
        return member.signer(key);
      },
    };
  }),
  publicKeys: seam('publicKeys', () => keys.publicKeys()),
};
const options = {
  issuer,
  keyStore,
  credentialStore: {
    findCredential: seam('find', (id) => store.findCredential(id)),
    get decoySecretHash() {
      return member.decoy();
    },
  },
  replayStore: { claim: seam('claim', (id, end) => store.claim(id, end)) },
  rateLimit: {
    limiter: {
      get: seam('get', (key) => limiter.get(key)),
      consume: seam('consume', (key) => limiter.consume(key)),
    },
  },
  authorize: seam('authorize', () => true),
  claims: seam('claims', () => ({})),
  verifySecret: seam(
    'verify',
    async (secret, hash) => secret === clients.secret.clientSecret && hash.startsWith('legacy'),
  ),
  onEvent: told,
};

const app = express();
const ways = {
  failures: Object.keys(FAILURES),
  getterFailures: Object.keys(GETTER_FAILURES),
  jwksFailures: Object.keys(JWKS_FAILURES),
};
app.get('/faults', (_req, res) => void res.json({ parts, getters, ...ways }));
app.get('/cells', (_req, res) => void res.json({ cells, unhandled }));
app.get('/late', (_req, res) => void res.json(late));
app.get('/cells/:id', (req, res) => void res.json(cells[req.params.id]));
/** By name: a guard that fetches its keys, and the cell that asked it last. */
const remote = {};
app.get('/jwks-of/:name', async (req, res) => {
  const text = JSON.stringify({ keys: await keys.publicKeys() });
  const { cell } = remote[req.params.name];
  if (cell.failure === undefined) {
    res.send(text);
    return;
  }
  cell.reached = true;
  JWKS_FAILURES[cell.failure](res, text);
});
app.use((req, _res, next) => {
  const [id, failing, failure] = JSON.parse(req.get('X-Fault') ?? '[]');
  asking.run((cells[id] = { seam: failing, failure, reached: false, events: [] }), next);
});
const admit = (_req, res) => void res.json('admitted');
for (const [path, storeTimeout] of Object.entries(PATIENCE)) {
  app.use(path, frontierToken({ ...options, storeTimeout }));
  app.get(`${path}/guarded`, requireAccessToken({ issuer, keyStore, storeTimeout, onEvent: told }), admit);
  app.get(
    `${path}/remote/:name`,
    (req, res, next) => {
      const { name } = req.params;
      const jwksUri = `http://127.0.0.1:${server.address().port}/jwks-of/${name}`;
      const { guard } = (remote[name] ??= {
        guard: requireAccessToken({ issuer, jwksUri, storeTimeout, onEvent: told }),
      });
      remote[name].cell = asking.getStore();
      guard(req, res, next);
    },
    admit,
  );
}
app.use((error, _req, res, next) => (res.headersSent ? next(error) : void res.status(599).json(String(error))));

const server = createServer(app).listen(0, '127.0.0.1', () => process.send({ port: server.address().port, clients }));
process.on('message', () => {
  server.close();
  process.disconnect();
});
