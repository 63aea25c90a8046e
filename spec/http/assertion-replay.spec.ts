import { createPrivateKey, sign } from 'node:crypto';
import { StoreUnavailableError, type FrontierTokenOptions, type ReplayStore } from 'frontier-token';
import type request from 'supertest';
import { assertion, byAssertion, bySecret, ISSUER, issuer, keyPair, type Issuer } from '../support/issuer.js';

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The client hears the same whatever failed; only the operator's event tells why. */
async function expectRefusal(asked: request.Test, { events, key, robot }: Issuer, reason: string): Promise<void> {
  const answer = await asked;
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toBe(`Bearer realm="${ISSUER}"`);
  expect(answer.body).toEqual({
    code: 16,
    message: 'the assertion was not accepted',
    details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'INVALID_GRANT', domain: 'issuer.test' }],
    error: 'invalid_grant',
    error_description: 'the assertion was not accepted',
  });
  const known = { accountId: robot.id, credentialId: key.kid };
  expect(events.at(-1)).toMatchObject({ type: 'token.denied', error: 'invalid_grant', reason, ...known });
}

/** With a "jti" in JSON of one's own. */
function withJti({ key }: Issuer, jti: string): string {
  const claims = JSON.stringify({ iss: key.principal_id, aud: ISSUER, exp: inSeconds(60), jti: 'here' });
  const parts = [JSON.stringify({ alg: 'ES256', kid: key.kid }), claims.replace('"here"', jti)];
  const data = parts.map((part) => Buffer.from(part).toString('base64url')).join('.');
  const privateKey = { key: createPrivateKey(key.private_key), dsaEncoding: 'ieee-p1363' as const };
  return `${data}.${sign('sha256', Buffer.from(data), privateKey).toString('base64url')}`;
}

/** Remembers what it was asked. */
class RecordingReplayStore implements ReplayStore {
  readonly claims: { id: string; expiresAt: Date }[] = [];

  async claim(id: string, expiresAt: Date): Promise<boolean> {
    const fresh = this.claims.every((claim) => claim.id !== id);
    this.claims.push({ id, expiresAt });
    return fresh;
  }
}

/** The credential store that `issuer` makes, without its `claim` or with another. */
async function withCredentialStore(claim?: ReplayStore['claim'], options: Partial<FrontierTokenOptions> = {}) {
  const host: Issuer = await issuer({
    rateLimit: false,
    credentialStore: {
      findCredential: (id) => host.store.findCredential(id),
      ...(claim ? { claim } : {}),
    },
    ...options,
  });
  return host;
}

describe('a jti', () => {
  let host: Issuer;
  beforeAll(async () => (host = await issuer({ rateLimit: false })));

  it('is taken once', async () => {
    const signed = await assertion(host);
    expect((await byAssertion(host, signed)).status).toBe(200);
    await expectRefusal(byAssertion(host, signed), host, 'assertion_replayed');
    await expectRefusal(byAssertion(host, signed), host, 'assertion_replayed');
  });

  it('is taken once, whatever else the assertions say', async () => {
    expect((await byAssertion(host, await assertion(host, { jti: 'again' }))).status).toBe(200);
    for (const claims of [{ exp: inSeconds(600) }, { scope: 'reports:read' }, { sub: undefined }]) {
      await expectRefusal(
        byAssertion(host, await assertion(host, { ...claims, jti: 'again' })),
        host,
        'assertion_replayed',
      );
    }
  });

  it('is taken once by the body and the header', async () => {
    const signed = await assertion(host);
    expect((await byAssertion(host, signed)).status).toBe(200);
    const inHeader = byAssertion(host, '').set('Authorization', `Bearer ${signed}`);
    await expectRefusal(inHeader, host, 'assertion_replayed');
  });

  it('other than those before is fine', async () => {
    for (const jti of ['a', 'A', 'a ', 'á', 'a\u0301', '', 'aa']) {
      expect((await byAssertion(host, await assertion(host, { jti }))).status).toBe(200);
    }
  });

  it('of one key may be one of another', async () => {
    const second = { key: await host.accounts.createKey(host.robot.id, { alg: 'ES256' }) };
    const other = await host.accounts.create();
    const third = { key: await host.accounts.createKey(other.id, { alg: 'ES256' }) };
    for (const key of [host, second, third]) {
      expect((await byAssertion(host, await assertion(key, { jti: 'shared' }))).status).toBe(200);
    }
    await expectRefusal(byAssertion(host, await assertion(host, { jti: 'shared' })), host, 'assertion_replayed');
  });

  it('may be left out, and then the assertion may be used again', async () => {
    const signed = await assertion(host, { jti: undefined });
    expect((await byAssertion(host, signed)).status).toBe(200);
    expect((await byAssertion(host, signed)).status).toBe(200);
  });

  it('is needed where requireJti says so', async () => {
    const strict = await issuer({ assertion: { requireJti: true } });
    await expectRefusal(
      byAssertion(strict, await assertion(strict, { jti: undefined })),
      strict,
      'assertion_without_jti',
    );
    expect((await byAssertion(strict, await assertion(strict))).status).toBe(200);
  });

  it('is needed where requireJti says so, without a replay store too', async () => {
    const strict = await issuer({ replayStore: false, assertion: { requireJti: true } });
    await expectRefusal(
      byAssertion(strict, await assertion(strict, { jti: undefined })),
      strict,
      'assertion_without_jti',
    );
  });

  it.each([null, 7, true, [], ['id'], {}])('is a string, not %j', async (jti) => {
    await expectRefusal(byAssertion(host, await assertion(host, { jti })), host, 'assertion_jti_malformed');
  });

  it.each([
    ['of 10,000 characters', JSON.stringify('x'.repeat(10_000))],
    ['of no characters', '""'],
    ['of quotes, line ends and a NUL', '"\\"\\\\\\n\\r\\u0000\'; DROP TABLE claims; --"'],
    ['of other alphabets', '"ключ 鍵 🔑"'],
    ['of a lone surrogate', '"\\ud800"'],
    ['of another lone surrogate', '"\\udfff"'],
    ['of __proto__', '"__proto__"'],
    ['of a path', '"../../../etc/passwd"'],
  ])('%s is taken once, and the store sees an id that is short and URL-safe', async (_what, jti) => {
    const replayStore = new RecordingReplayStore();
    const other = await issuer({ replayStore });
    expect((await byAssertion(other, withJti(other, jti))).status).toBe(200);
    await expectRefusal(byAssertion(other, withJti(other, jti)), other, 'assertion_replayed');
    expect(replayStore.claims).toHaveLength(2);
    for (const { id } of replayStore.claims) expect(id).toMatch(/^[\w-]{16,64}$/);
  });

  it('that differs in a lone surrogate is another', async () => {
    for (const jti of ['"\\ud800"', '"\\ud801"', '"\\ufffd"']) {
      expect((await byAssertion(host, withJti(host, jti))).status).toBe(200);
    }
  });
});

describe('of 50 equal assertions at once', () => {
  it.each([
    ['the MemoryStore', () => issuer({ rateLimit: false })],
    ['the memory of a router whose stores have none', () => withCredentialStore()],
    [
      'a replay store that takes its time',
      () => {
        const taken = new Set<string>();
        const claim = async (id: string) => {
          const fresh = !taken.has(id) && taken.add(id).has(id);
          await pause(Math.random() * 20);
          return fresh;
        };
        return issuer({ rateLimit: false, replayStore: { claim } });
      },
    ],
  ])('one gets a token: %s', async (_what, make) => {
    const host = await make();
    const signed = await assertion(host);
    const answers = await Promise.all(Array.from({ length: 50 }, () => byAssertion(host, signed)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(49);
    expect(answers.filter(({ body }) => 'access_token' in body)).toHaveLength(1);
    expect(host.events.filter(({ type }) => type === 'token.issued')).toHaveLength(1);
    expect(host.events.filter(({ reason }) => reason === 'assertion_replayed')).toHaveLength(49);
  });
});

describe('a claim lasts', () => {
  it.each([
    ['30 seconds, the default,', {}, 30],
    ['no tolerance', { clockTolerance: 0 }, 0],
    ['300 seconds', { clockTolerance: 300 }, 300],
  ])('until exp and %s of tolerance', async (_what, option, tolerance) => {
    const replayStore = new RecordingReplayStore();
    const host = await issuer({ replayStore, assertion: option });
    const exp = inSeconds(60);
    await byAssertion(host, await assertion(host, { exp }));
    await byAssertion(host, await assertion(host, { exp: exp + 0.5 }));
    expect(replayStore.claims.map(({ expiresAt }) => expiresAt.getTime())).toEqual([
      (exp + tolerance) * 1000,
      (exp + tolerance) * 1000 + 500,
    ]);
  });

  it('no longer: then the jti may come again', async () => {
    const host = await issuer({ assertion: { clockTolerance: 0 } });
    const again = async (lifetime: number) => assertion(host, { jti: 'again', exp: inSeconds(lifetime) });
    expect((await byAssertion(host, await again(3))).status).toBe(200);
    await expectRefusal(byAssertion(host, await again(60)), host, 'assertion_replayed');
    await pause(3050);
    expect((await byAssertion(host, await again(60))).status).toBe(200);
    await expectRefusal(byAssertion(host, await again(60)), host, 'assertion_replayed');
  });

  it('as long as the assertion does, whose exp may have a fraction', async () => {
    const host = await issuer({ rateLimit: false });
    const signed = await assertion(host, { exp: Date.now() / 1000 - 30 + 0.05 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => byAssertion(host, signed)));
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    await pause(60);
    await expectRefusal(byAssertion(host, signed), host, 'assertion_expired');
  });

  it('at all: an assertion that ran out while the store was asked gets no token', async () => {
    const taken = new RecordingReplayStore();
    const slow: ReplayStore = { claim: (id, until) => pause(2100).then(() => taken.claim(id, until)) };
    const host = await issuer({ replayStore: slow, assertion: { clockTolerance: 0 } });
    await expectRefusal(byAssertion(host, await assertion(host, { exp: inSeconds(2) })), host, 'assertion_expired');
  });

  it('to the moment: a claim that ends now is none', async () => {
    const clock = jest.spyOn(Date, 'now');
    const ending: ReplayStore = {
      claim: async (_id, until) => {
        clock.mockReturnValue(until.getTime());
        return true;
      },
    };
    const host = await issuer({ replayStore: ending });
    const signed = await assertion(host);
    await expectRefusal(byAssertion(host, signed), host, 'assertion_expired').finally(() => clock.mockRestore());
  });
});

describe('an assertion that is refused for another reason', () => {
  it('does not take its jti', async () => {
    const host = await issuer({ rateLimit: false });
    const jti = 'kept';
    const private_key = keyPair().privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const refused = [
      await assertion({ key: { ...host.key, private_key } }, { jti }),
      await assertion(host, { jti, iss: 'other' }),
      await assertion(host, { jti, sub: 'other' }),
      await assertion(host, { jti, aud: 'other' }),
      await assertion(host, { jti, exp: inSeconds(-60) }),
      await assertion(host, { jti, exp: inSeconds(7200) }),
      await assertion(host, { jti, iat: inSeconds(3600), exp: inSeconds(3660) }),
      await assertion(host, { jti, nbf: inSeconds(3600) }),
      await assertion(host, { jti, scope: ['malformed'] }),
    ];
    for (const each of refused) expect((await byAssertion(host, each)).body).not.toHaveProperty('access_token');
    await host.accounts.disable(host.robot.id);
    expect((await byAssertion(host, await assertion(host, { jti }))).status).toBe(403);
    await host.accounts.enable(host.robot.id);
    expect((await byAssertion(host, await assertion(host, { jti }))).status).toBe(200);
    await expectRefusal(byAssertion(host, await assertion(host, { jti })), host, 'assertion_replayed');
  });

  it('is not shown to the replay store', async () => {
    const replayStore = new RecordingReplayStore();
    const host = await issuer({ replayStore });
    await byAssertion(host, await assertion(host, { aud: 'other' }));
    await byAssertion(host, await assertion(host, { jti: undefined }));
    await byAssertion(host, await assertion(host, { jti: 7 }));
    await bySecret(host);
    expect(replayStore.claims).toEqual([]);
  });
});

describe('jtis are remembered', () => {
  it('by the option replayStore, whatever the credential store can', async () => {
    const own = new RecordingReplayStore();
    const replayStore = new RecordingReplayStore();
    const host = await withCredentialStore((id, expiresAt) => own.claim(id, expiresAt), { replayStore });
    const signed = await assertion(host);
    expect((await byAssertion(host, signed)).status).toBe(200);
    await expectRefusal(byAssertion(host, signed), host, 'assertion_replayed');
    expect(replayStore.claims).toHaveLength(2);
    expect(own.claims).toHaveLength(0);
  });

  it('by the credential store where it has a claim, so that two routers on it share them', async () => {
    const own = new RecordingReplayStore();
    const host = await withCredentialStore((id, expiresAt) => own.claim(id, expiresAt));
    const twin: Issuer = await issuer({
      credentialStore: {
        findCredential: (id: string) => host.store.findCredential(id),
        claim: (id: string, expiresAt: Date) => own.claim(id, expiresAt),
      } as FrontierTokenOptions['credentialStore'],
    });
    const signed = await assertion(host);
    expect((await byAssertion(host, signed)).status).toBe(200);
    expect((await byAssertion(twin, signed)).status).toBe(401);
    expect(own.claims).toHaveLength(2);
  });

  it('in memory where it has none', async () => {
    const host = await withCredentialStore();
    const signed = await assertion(host);
    expect((await byAssertion(host, signed)).status).toBe(200);
    await expectRefusal(byAssertion(host, signed), host, 'assertion_replayed');
  });

  it('nowhere with replayStore: false', async () => {
    const host = await issuer({ replayStore: false });
    const signed = await assertion(host);
    expect((await byAssertion(host, signed)).status).toBe(200);
    expect((await byAssertion(host, signed)).status).toBe(200);
  });
});

describe('a replay store that', () => {
  const failure = new Error('secret detail');
  const unavailable = new StoreUnavailableError('secret detail');

  it.each<[string, () => unknown, number, string]>([
    ['throws', () => thrown(failure), 500, 'failed'],
    ['rejects', () => Promise.reject(failure), 500, 'failed'],
    ['rejects with undefined', () => Promise.reject(undefined), 500, 'failed'],
    ['rejects with a status', () => Promise.reject(Object.assign(failure, { status: 200 })), 500, 'failed'],
    ['rejects with StoreUnavailableError', () => Promise.reject(unavailable), 503, 'unavailable'],
    ['throws StoreUnavailableError', () => thrown(unavailable), 503, 'unavailable'],
    ['hangs', () => new Promise(() => undefined), 503, 'timeout'],
    ['answers undefined', async () => undefined, 500, 'nonsense'],
    ['answers null', async () => null, 500, 'nonsense'],
    ['answers 1', async () => 1, 500, 'nonsense'],
    ['answers "OK", as Redis does', () => 'OK', 500, 'nonsense'],
    ['answers an object', async () => ({ changes: 1 }), 500, 'nonsense'],
  ])('%s means no token', async (_what, claim, status, reason) => {
    const host = await issuer({ storeTimeout: 100, replayStore: { claim } as unknown as ReplayStore });
    const answer = await byAssertion(host, await assertion(host));
    expect(answer.status).toBe(status);
    expect(answer.body.error).toBe(status === 500 ? 'server_error' : 'temporarily_unavailable');
    expect(answer.headers['retry-after']).toBe(status === 500 ? undefined : '5');
    expect(answer.headers).not.toHaveProperty('www-authenticate');
    expect(answer.text).not.toMatch(/secret|access_token/);
    expect(host.events.at(-1)).toMatchObject({ type: 'token.failed', status, reason: `replay_store_${reason}` });
    if (reason === 'nonsense')
      expect(host.events.at(-1)?.cause).toEqual(new TypeError('the replay store returned neither true nor false'));
  });

  it('is down is not asked for a client secret', async () => {
    const host = await issuer({ replayStore: { claim: () => Promise.reject(unavailable) } });
    expect((await bySecret(host)).status).toBe(200);
  });
});

function thrown(error: Error): never {
  throw error;
}
