import { JwksServer } from '../support/jwks-server.js';
import { ClockedKeys } from '../support/remote-keys.js';
import { TestKey } from '../support/tokens.js';
import { until } from '../support/until.js';

describe('under a flood of forged kids', () => {
  const [first, second] = [new TestKey('first'), new TestKey('second')];
  let jwks: JwksServer;
  let remote: ClockedKeys;
  const flood = (seconds: number) =>
    Promise.all(Array.from({ length: 20 }, (_, index) => remote.ask(`forged-${seconds}-${index}`)));
  const eachSecond = async (seconds: number, act: (second: number) => Promise<unknown>) => {
    for (let passed = 0; passed < seconds; passed += 1) {
      await act(passed);
      remote.pass(1);
    }
  };
  beforeEach(async () => {
    jwks = await JwksServer.start(first);
    remote = new ClockedKeys(jwks);
    await remote.ask('first');
  });
  afterEach(() => jwks.stop());

  it.each([
    ['answers', () => undefined],
    ['fails', () => jwks.fail(500)],
  ])('at most ten fetches are made in a minute of an issuer that %s', async (_what, change) => {
    change();
    await eachSecond(60, flood);
    expect(jwks.fetches).toBeLessThanOrEqual(10);
  });

  it('they are unknown, and known kids stay known', async () => {
    await eachSecond(60, async (passed) => {
      expect(new Set(await flood(passed))).toEqual(new Set(['unknown']));
      expect(await remote.ask('first')).toBe('known');
    });
  });

  it('a new key gets in within a minute', async () => {
    await eachSecond(15, flood);
    jwks.publish(first, second);
    const seen: string[] = [];
    await eachSecond(60, async (passed) => {
      await flood(100 + passed);
      seen.push(await remote.ask('second'));
    });
    expect(seen.indexOf('known')).toBeLessThanOrEqual(10);
    expect(seen.at(-1)).toBe('known');
  });

  it('tokens with a known kid do not wait for their fetches', async () => {
    jwks.hang();
    const forged = remote.ask('forged');
    await until(
      () => jwks.fetches,
      (fetches) => fetches === 2,
    );
    expect(await Promise.race([remote.ask('first'), forged])).toBe('known');
    await jwks.stop();
    expect(await forged).toBe('jwks_unavailable');
  });
});
