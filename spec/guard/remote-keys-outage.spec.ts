import { JwksServer } from '../support/jwks-server.js';
import { ClockedKeys } from '../support/remote-keys.js';
import { TestKey } from '../support/tokens.js';
import { until } from '../support/until.js';

describe('in an outage of the JWKS', () => {
  const [first, second] = [new TestKey('first'), new TestKey('second')];
  let jwks: JwksServer;
  let remote: ClockedKeys;
  beforeEach(async () => {
    jwks = await JwksServer.start(first);
    remote = new ClockedKeys(jwks);
  });
  afterEach(() => jwks.stop());

  it('no kid can be judged before a first fetch succeeded', async () => {
    jwks.fail(500);
    expect(await remote.ask('first')).toBe('jwks_unavailable');
    jwks.publish(first);
    expect(await remote.ask('first')).toBe('known');
  });

  it('cached keys go on, however old', async () => {
    await remote.ask('first');
    jwks.fail(500);
    for (let hours = 0; hours < 48; hours += 1) {
      remote.pass(3600);
      expect(await remote.ask('first')).toBe('known');
    }
  });

  it('other kids can not be judged', async () => {
    await remote.ask('first');
    jwks.fail(500);
    expect(await remote.ask('second')).toBe('jwks_unavailable');
  });

  it('other kids can not be judged either where the budget is spent', async () => {
    jwks.fail(500);
    for (let asked = 0; asked < 20; asked += 1) expect(await remote.ask('first')).toBe('jwks_unavailable');
    expect(jwks.fetches).toBe(4);
  });

  it('the first token after ten minutes waits for the fetch that finds out, the others for nothing', async () => {
    const LIMIT = 2000;
    remote = new ClockedKeys(jwks, LIMIT);
    await remote.ask('first');
    jwks.hang();
    remote.pass(600);
    const begin = performance.now();
    expect(await remote.ask('first')).toBe('known');
    const start = performance.now();
    expect(start - begin).toBeGreaterThan(0.9 * LIMIT);
    expect(jwks.fetches).toBe(2);
    for (let asked = 0; asked < 20; asked += 1) {
      remote.pass(1);
      expect(await remote.ask('first')).toBe('known');
    }
    expect(performance.now() - start).toBeLessThan(LIMIT / 2);
    await until(
      () => jwks.fetches,
      (fetches) => fetches > 2,
    );
  });

  it('its end is noticed in the background', async () => {
    await remote.ask('first');
    jwks.fail(500);
    remote.pass(300);
    await remote.ask('first');
    // It waits for the fetch in the background.
    expect(await remote.ask('second')).toBe('jwks_unavailable');
    expect(jwks.fetches).toBe(2);
    jwks.publish(second);
    remote.pass(10);
    expect(await remote.ask('first')).toBe('known');
    await until(
      () => remote.ask('first'),
      (said) => said === 'unknown',
    );
    expect(await remote.ask('second')).toBe('known');
  });

  it('what the fetch failed with is the cause', async () => {
    await jwks.stop();
    await expect(remote.keys.find('first')).rejects.toMatchObject({
      status: 503,
      headers: { 'Retry-After': '5' },
      cause: {
        name: 'StoreUnavailableError',
        cause: { name: 'TypeError', message: 'fetch failed', cause: { code: 'ECONNREFUSED' } },
      },
    });
  });
});
