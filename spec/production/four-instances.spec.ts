import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLocalJWKSet, decodeProtectedHeader, importPKCS8, jwtVerify, SignJWT, type JSONWebKeySet } from 'jose';
import { ownPostgres, postgresIsInstalled } from '../support/own-postgres.js';
import type { OwnServer } from '../support/own-server.js';
import { ownRedis, redisIsInstalled } from '../support/redis-server.js';

const ISSUER = 'https://issuer.test';
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

interface Instance {
  process: ChildProcess;
  url: string;
  killed: boolean;
  events: { type: string; kid?: string }[];
}

interface Answer {
  instance: Instance;
  grant: 'secret' | 'assertion';
  at: number;
  status: number;
  body: Record<string, unknown>;
  retryAfter: string | null;
}

interface Made {
  secret: { clientId: string; clientSecret: string };
  key: { kid: string; principal_id: string; private_key: string };
}

const possible = postgresIsInstalled && redisIsInstalled();
if (!possible) {
  process.stderr.write(
    '\n!! SKIPPED: PostgreSQL and Redis are not installed here, four instances on them do not run\n',
  );
}

(possible ? describe : describe.skip)('four instances on one PostgreSQL and one Redis, under load and faults', () => {
  let postgres: OwnServer;
  let redis: OwnServer;
  let instances: Instance[] = [];
  let made: Made;
  let loading = true;

  const answers: Answer[] = [];
  const tokens = new Set<string>();
  /** What another instance said of each token, at once. */
  const doubted: string[] = [];
  const broken: { instance: Instance; error: string }[] = [];
  /** How many tokens each assertion got. */
  const taken = new Map<string, number>();
  const recovered: Record<string, number> = {};
  /** When each server was gone, and came back. */
  const outages: { begin: number; end: number }[] = [];

  beforeAll(async () => {
    [postgres, redis] = await Promise.all([ownPostgres(), ownRedis()]);
    const encryptionKey = randomBytes(32).toString('base64');
    instances = await Promise.all(
      ['redis', 'ioredis', 'redis', 'ioredis'].map((client) => start(client, encryptionKey)),
    );
    const answer = message<Made>(instances[0]!.process, 'made');
    instances[0]!.process.send({ make: true });
    made = await answer;

    const load = Promise.all(Array.from({ length: 8 }, (_, index) => client(index)));
    await sleep(5000);
    await outage(postgres, 10_000);
    recovered.database = await recovery('secret');
    await sleep(2000);
    instances[3]!.killed = true;
    instances[3]!.process.kill('SIGKILL');
    await sleep(2000);
    await outage(redis, 1500);
    recovered.redis = await recovery('assertion');
    await sleep(3000);
    loading = false;
    await load;
  }, 120_000);

  afterAll(async () => {
    for (const { process } of instances) process.kill('SIGKILL');
    await Promise.all([postgres, redis].map((server) => server.remove()));
  });

  async function start(client: string, encryptionKey: string): Promise<Instance> {
    const child = fork(join(__dirname, 'instance.mjs'), {
      env: {
        ...process.env,
        DATABASE_URL: postgres.url,
        REDIS_URL: redis.url,
        ISSUER,
        CLIENT: client,
        ENCRYPTION_KEY: encryptionKey,
      },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const events: Instance['events'] = [];
    child.on('message', (event: Instance['events'][number]) => events.push(event));
    const { port } = await message<{ port: number }>(child, 'listening');
    return { process: child, url: `http://127.0.0.1:${port}`, killed: false, events };
  }

  async function outage(server: OwnServer, milliseconds: number): Promise<void> {
    const begin = Date.now();
    await server.stop();
    await sleep(milliseconds);
    await server.start();
    outages.push({ begin, end: Date.now() });
  }

  /** One of those that load the instances, each turn another: a bounded number of requests, some fifty a second. */
  async function client(first: number): Promise<void> {
    for (let turn = first; loading; turn += 1) {
      // Each grant at each instance.
      const target = Math.floor(turn / 2);
      await (turn % 2 === 0 ? bySecret(alive(target)) : byAssertion([alive(target), alive(target + 1)]));
      await sleep(20);
    }
  }

  function alive(turn: number): Instance {
    const living = instances.filter(({ killed }) => !killed);
    return living[turn % living.length]!;
  }

  async function bySecret(instance: Instance): Promise<void> {
    const { clientId, clientSecret } = made.secret;
    await ask(instance, 'secret', {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });
  }

  /** The same assertion to two instances at the same moment. */
  async function byAssertion(targets: Instance[]): Promise<void> {
    const assertion = await signed();
    taken.set(assertion, 0);
    await Promise.all(targets.map((target) => present(target, assertion)));
  }

  async function present(instance: Instance, assertion: string): Promise<void> {
    const token = await ask(instance, 'assertion', { grant_type: JWT_BEARER, assertion });
    if (token !== undefined) taken.set(assertion, taken.get(assertion)! + 1);
  }

  async function signed(): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const { principal_id: iss, kid, private_key } = made.key;
    return new SignJWT({ iss, sub: iss, aud: ISSUER, iat: now, exp: now + 300, jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid })
      .sign(await importPKCS8(private_key, 'ES256'));
  }

  async function ask(
    instance: Instance,
    grant: Answer['grant'],
    form: Record<string, string>,
  ): Promise<string | undefined> {
    try {
      const response = await fetch(`${instance.url}/v1beta1/auth/token`, {
        method: 'POST',
        body: new URLSearchParams(form),
        signal: AbortSignal.timeout(15_000),
      });
      const body = (await response.json()) as Record<string, unknown>;
      const retryAfter = response.headers.get('retry-after');
      answers.push({ instance, grant, at: Date.now(), status: response.status, body, retryAfter });
      if (response.status !== 200) return undefined;
      const token = String(body.access_token);
      tokens.add(token);
      await proveElsewhere(instance, token);
      return token;
    } catch (error) {
      if (!instance.killed) broken.push({ instance, error: String((error as Error).cause ?? error) });
      return undefined;
    }
  }

  /** To another instance than the one that issued it. */
  async function proveElsewhere(issuer: Instance, token: string): Promise<void> {
    const other = instances.find((each) => each !== issuer && !each.killed)!;
    const { status } = await fetch(`${other.url}/guarded`, { headers: { authorization: `Bearer ${token}` } });
    if (status !== 200) doubted.push(`${status} ${JSON.stringify(decodeProtectedHeader(token))}`);
  }

  /** Milliseconds until each living instance has issued a token again. */
  async function recovery(grant: Answer['grant']): Promise<number> {
    const since = Date.now();
    const waiting = () => {
      const back = new Set(
        answers.filter((a) => a.at > since && a.grant === grant && a.status === 200).map((a) => a.instance),
      );
      return instances.filter((each) => !each.killed && !back.has(each)).length;
    };
    while (waiting() > 0 && Date.now() - since < 20_000) await sleep(50);
    return Date.now() - since;
  }

  it('issued tokens before, between and after the faults, and said 503 during them', () => {
    const count = (status: number, from = 0, to = Infinity) =>
      answers.filter((answer) => answer.status === status && answer.at >= from && answer.at <= to).length;
    const [database, replays] = outages as [(typeof outages)[0], (typeof outages)[0]];
    expect(count(200, 0, database.begin)).toBeGreaterThan(0);
    expect(count(503, database.begin, database.end)).toBeGreaterThan(0);
    expect(count(200, database.end, replays.begin)).toBeGreaterThan(0);
    expect(count(503, replays.begin, replays.end + recovered.redis!)).toBeGreaterThan(0);
    expect(count(200, replays.end + recovered.redis!)).toBeGreaterThan(0);
    process.stderr.write(
      `${answers.length} answers, ${tokens.size} tokens, ${count(503)} times 503; back after ${JSON.stringify(recovered)} ms\n`,
    );
  });

  it('gave no answer but the token, invalid_grant for the one that came second, and temporarily_unavailable', () => {
    const strange = answers.filter(({ status, body, grant, retryAfter }) => {
      if (status === 200) return body.token_type !== 'Bearer' || body.expires_in !== 60;
      if (status === 401) return grant !== 'assertion' || body.error !== 'invalid_grant';
      return status !== 503 || body.error !== 'temporarily_unavailable' || retryAfter === null;
    });
    expect(strange.map(({ status, body }) => ({ status, body }))).toEqual([]);
    expect(broken.map(({ error }) => error)).toEqual([]);
  });

  it('took no assertion twice, the restarted Redis included', async () => {
    for (const assertion of [...taken.keys()].filter((each) => taken.get(each) === 1).slice(0, 200)) {
      await present(alive(0), assertion);
    }
    expect([...taken.values()].filter((times) => times > 1)).toEqual([]);
  });

  it('issued only tokens that verify: at another instance at once, and with the JWKS at the end', async () => {
    expect(doubted).toEqual([]);
    const jwks = (await (await fetch(`${alive(0).url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
    const keys = createLocalJWKSet(jwks);
    const currentDate = new Date(Math.min(...answers.map(({ at }) => at)));
    for (const token of tokens) {
      await jwtVerify(token, keys, { issuer: ISSUER, audience: ISSUER, currentDate, clockTolerance: 120 });
    }
  });

  it('rotated the keys every few seconds, one instance each time', () => {
    const rotated = instances.flatMap(({ events }) => events.filter(({ type }) => type === 'keys.rotated'));
    const used = new Set([...tokens].map((token) => decodeProtectedHeader(token).kid));
    expect(used.size).toBeGreaterThan(2);
    expect(new Set(rotated.map(({ kid }) => kid)).size).toBe(rotated.length);
    expect(instances.some(({ events }) => events.some(({ type }) => type === 'keys.unavailable'))).toBe(true);
  });

  it('was back within seconds of the database and of Redis, without a restart', () => {
    expect(recovered.database).toBeLessThan(15_000);
    expect(recovered.redis).toBeLessThan(15_000);
    expect(instances.map(({ killed, process }) => killed || process.exitCode === null)).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  it('ends with 0 on SIGTERM, within ten seconds', async () => {
    const living = instances.filter(({ killed }) => !killed).map(({ process }) => process);
    const since = Date.now();
    const ended = Promise.all(living.map((each) => once(each, 'exit')));
    for (const each of living) each.kill('SIGTERM');
    expect(await ended).toEqual(living.map(() => [0, null]));
    expect(Date.now() - since).toBeLessThan(10_000);
  });
});

async function message<T>(child: ChildProcess, type: string): Promise<T> {
  return new Promise((resolve, reject) => {
    child.on('message', (received: { type?: string }) => {
      if (received.type === type) resolve(received as T);
    });
    child.once('exit', (code) => reject(new Error(`the instance ended with ${code}`)));
  });
}
