import type { CredentialStore, FoundCredential } from 'frontier-token';
import type request from 'supertest';
import { setTimeout as pause } from 'node:timers/promises';
import { assertion, byAssertion, bySecret, issuer, verified, type Issuer } from '../support/issuer.js';

/** A client with its account, its secret and its key. */
interface Robot {
  account: string;
  id: string;
  secret: string;
  key: Issuer['key'];
}

/** The ways in, and the `client_id` that each must lead to. */
const ways = {
  body: (host: Issuer, { id, secret }: Robot) => bySecret({ app: host.app, id, secret }),
  basic: (host: Issuer, { id, secret }: Robot) => bySecret(host, { client_id: '', client_secret: '' }).auth(id, secret),
  assertion: async (host: Issuer, { key }: Robot) => byAssertion(host, await assertion({ key })),
  bearer: async (host: Issuer, { key }: Robot) =>
    byAssertion(host, '').set('Authorization', `Bearer ${await assertion({ key })}`),
} satisfies Record<string, (host: Issuer, robot: Robot) => PromiseLike<request.Response>>;

type Way = keyof typeof ways;
const wayNames = Object.keys(ways) as Way[];
const clientIdOf = (way: Way, { id, key }: Robot) => (way === 'body' || way === 'basic' ? id : key.kid);

/** A host whose store answers when `delay` lets it. */
async function host(delay: (id: string) => Promise<unknown>): Promise<Issuer> {
  const credentialStore: CredentialStore = {
    async findCredential(id): Promise<FoundCredential | undefined> {
      const found = await made.store.findCredential(id);
      await delay(id);
      return found;
    },
  };
  const made: Issuer = await issuer({ rateLimit: false, credentialStore });
  return made;
}

async function robots({ accounts }: Issuer, count: number): Promise<Robot[]> {
  const make = async (_: unknown, number: number): Promise<Robot> => {
    const { id: account } = await accounts.create({ id: `robot-${number}`, scopes: [`scope-${number}`] });
    const { clientId, clientSecret } = await accounts.createSecret(account);
    return { account, id: clientId, secret: clientSecret, key: await accounts.createKey(account, { alg: 'ES256' }) };
  };
  return Promise.all(Array.from({ length: count }, make));
}

async function expectOwnIdentity(at: Issuer, answer: request.Response, robot: Robot, way: Way): Promise<void> {
  expect(answer.status).toBe(200);
  const { payload } = await verified(at.app, answer.body.access_token);
  const scope = robot.account.replace('robot', 'scope');
  expect(payload).toMatchObject({ sub: robot.account, client_id: clientIdOf(way, robot), scope });
  expect(answer.body.scope).toBe(scope);
  const event = { type: 'token.issued', accountId: robot.account, credentialId: clientIdOf(way, robot) };
  expect(at.events.find(({ jti }) => jti === payload.jti)).toMatchObject({ ...event, scopes: [scope] });
}

describe('of two clients at once', () => {
  const pairs = wayNames.flatMap((first) => wayNames.map((second) => [first, second] as const));

  it.each(pairs)('each gets its own token, by %s and by %s, whoever is answered first', async (first, second) => {
    // The one that asks first is answered last: only when the other's request has gone by.
    let release: () => void = () => undefined;
    const secondWasFound = new Promise<void>((resolve) => (release = resolve));
    const at = await host(async (id) => {
      if (id === clientIdOf(second, b)) setTimeout(release, 10);
      else await secondWasFound;
    });
    const [a, b] = (await robots(at, 2)) as [Robot, Robot];
    const answers = await Promise.all([ways[first](at, a), pause(10).then(() => ways[second](at, b))]);
    await expectOwnIdentity(at, answers[0], a, first);
    await expectOwnIdentity(at, answers[1], b, second);
    expect(at.events).toHaveLength(2);
  });

  it.each(wayNames)('the right one gets a token and the wrong one none, by %s', async (way) => {
    const at = await host(() => pause(Math.random() * 10));
    const [a, b] = (await robots(at, 2)) as [Robot, Robot];
    const forged: Robot = { ...b, secret: a.secret, key: { ...b.key, private_key: a.key.private_key } };
    const asked = Array.from({ length: 20 }, (_, number) => (number % 2 === 0 ? a : forged));
    const answers = await Promise.all(asked.map((robot) => ways[way](at, robot)));
    for (const [number, answer] of answers.entries()) {
      if (asked[number] === a) await expectOwnIdentity(at, answer, a, way);
      else expect(answer.status).toBe(401);
    }
    expect(at.events.filter(({ accountId, status }) => accountId === b.account && status === 401)).toHaveLength(10);
  });
});

describe('of 40 clients at once', () => {
  it('each gets its own token, mixed by body, Basic header and assertion, from a store that answers in any order', async () => {
    const at = await host(() => pause(Math.random() * 30));
    const all = await robots(at, 40);
    const asked = all.flatMap((robot) => wayNames.map((way) => ({ robot, way })));
    asked.sort(() => Math.random() - 0.5);
    const answers = await Promise.all(asked.map(({ robot, way }) => ways[way](at, robot)));
    for (const [number, { robot, way }] of asked.entries()) await expectOwnIdentity(at, answers[number]!, robot, way);
    const issued = answers.map(({ body }) => body.access_token as string);
    expect(new Set(issued).size).toBe(asked.length);
    expect(at.events).toHaveLength(asked.length);
  });

  it('those that are refused get no token of those that are not', async () => {
    const at = await host(() => pause(Math.random() * 30));
    const all = await robots(at, 40);
    const disabled = all.filter((_robot, number) => number % 2 === 1);
    await Promise.all(disabled.map(({ account }) => at.accounts.disable(account)));
    const asked = all.map((robot, number) => ({ robot, way: wayNames[number % 3]! }));
    const answers = await Promise.all(asked.map(({ robot, way }) => ways[way](at, robot)));
    for (const [number, { robot, way }] of asked.entries()) {
      if (number % 2 === 0) await expectOwnIdentity(at, answers[number]!, robot, way);
      else expect(answers[number]!.body).toMatchObject({ error: 'unauthorized_client' });
    }
  });
});
