import { JwksServer } from '../support/jwks-server.js';
import { ClockedKeys } from '../support/remote-keys.js';
import { TestKey } from '../support/tokens.js';
import { bytesInUse } from '../support/heap.js';
import { until } from '../support/until.js';

describe('a JWKS that can not be read', () => {
  const key = new TestKey('key');
  /** Milliseconds, where a spec waits for the limit: all that it asks for besides has to come in it. */
  const SHORT = 1000;
  let jwks: JwksServer;
  let remote: ClockedKeys;
  beforeEach(async () => {
    jwks = await JwksServer.start(key);
    remote = new ClockedKeys(jwks);
  });
  afterEach(() => jwks.stop());

  const text = JSON.stringify({ keys: [key.publicJwk] });
  const answers: [string, string][] = [
    ['an empty one', ''],
    ['no JSON', '<html>maintenance</html>'],
    ['half of it', text.slice(0, -20)],
    ['null', 'null'],
    ['a number', '7'],
    ['a text', '"keys"'],
    ['a list', JSON.stringify([key.publicJwk])],
    ['an object without keys', '{}'],
    ['keys that are null', '{"keys":null}'],
    ['keys that are an object', JSON.stringify({ keys: { key: key.publicJwk } })],
    ['keys that are a text', '{"keys":"none"}'],
  ];

  it.each(answers)('is as good as none: %s', async (_what, answer) => {
    jwks.say(answer);
    expect(await remote.ask('key')).toBe('jwks_unavailable');
  });

  it.each(answers)('leaves the cached keys as they are: %s', async (_what, answer) => {
    await remote.ask('key');
    jwks.say(answer);
    remote.pass(300);
    expect(await remote.ask('key')).toBe('known');
    // It waits for the fetch in the background.
    expect(await remote.ask('other')).toBe('jwks_unavailable');
    expect(await remote.ask('key')).toBe('known');
    expect(jwks.fetches).toBe(2);
  });

  it.each([301, 302, 304, 404, 429, 500, 503])('has the status %i', async (status) => {
    jwks.fail(status);
    expect(await remote.ask('key')).toBe('jwks_unavailable');
    expect(jwks.paths).toEqual(['/.well-known/jwks.json']);
  });

  it('breaks off, which jwks-rsa would wait for forever', async () => {
    jwks.breakOff();
    const start = performance.now();
    expect(await remote.ask('key')).toBe('jwks_unavailable');
    expect(performance.now() - start).toBeLessThan(5000);
    jwks.publish(key);
    expect(await remote.ask('key')).toBe('known');
  });

  it('never ends', async () => {
    remote = new ClockedKeys(jwks, SHORT);
    jwks.trickle();
    expect(await remote.ask('key')).toBe('jwks_timeout');
    jwks.publish(key);
    expect(await remote.ask('key')).toBe('known');
  });

  it.each(['hang', 'trickle'] as const)('and its connection does not outlive the time limit: %s', async (failing) => {
    remote = new ClockedKeys(jwks, SHORT / 2);
    jwks[failing]();
    expect(await remote.ask('key')).toBe('jwks_timeout');
    // Which forgets the signal of a fetch whose head has come.
    bytesInUse();
    await until(
      () => jwks.asking.size,
      (open) => open === 0,
    );
    expect(jwks.fetches).toBe(1);
  });

  it('is larger than 1 MiB', async () => {
    const MAX = 1024 * 1024;
    jwks.say(text.padEnd(MAX + 1));
    expect(await remote.ask('key')).toBe('jwks_unavailable');
    jwks.say(text.padEnd(MAX));
    expect(await remote.ask('key')).toBe('known');
  });

  it('never begins', async () => {
    remote = new ClockedKeys(jwks, SHORT);
    jwks.hang();
    expect(await remote.ask('key')).toBe('jwks_timeout');
    jwks.publish(key);
    expect(await remote.ask('key')).toBe('known');
  });
});
