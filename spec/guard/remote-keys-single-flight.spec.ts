import { JwksServer } from '../support/jwks-server.js';
import { ClockedKeys } from '../support/remote-keys.js';
import { TestKey } from '../support/tokens.js';
import { until } from '../support/until.js';

describe('one fetch serves all who wait for it', () => {
  const [first, second] = [new TestKey('first'), new TestKey('second')];
  let jwks: JwksServer;
  let remote: ClockedKeys;
  const askTimes = (times: number, kid: string) => Promise.all(Array.from({ length: times }, () => remote.ask(kid)));
  beforeEach(async () => {
    jwks = await JwksServer.start(first);
    remote = new ClockedKeys(jwks);
  });
  afterEach(() => jwks.stop());

  it('when the process starts', async () => {
    expect(new Set(await askTimes(100, 'first'))).toEqual(new Set(['known']));
    expect(jwks.fetches).toBe(1);
  });

  it('when the set is too old', async () => {
    await remote.ask('first');
    remote.pass(1000);
    expect(new Set(await askTimes(100, 'first'))).toEqual(new Set(['known']));
    expect(jwks.fetches).toBe(2);
  });

  it('when many come with the same new kid', async () => {
    await remote.ask('first');
    jwks.publish(first, second);
    expect(new Set(await askTimes(100, 'second'))).toEqual(new Set(['known']));
    expect(jwks.fetches).toBe(2);
  });

  it('but a key that was published after it began is worth another', async () => {
    const { release } = jwks.hold();
    const early = remote.ask('first');
    await until(
      () => jwks.fetches,
      (fetches) => fetches === 1,
    );
    const late = remote.ask('second');
    jwks.publish(first, second);
    release();
    expect(await Promise.all([early, late])).toEqual(['known', 'known']);
    expect(jwks.fetches).toBe(2);
  });
});
