import { JwksServer } from '../support/jwks-server.js';
import { ClockedKeys } from '../support/remote-keys.js';
import { TestKey } from '../support/tokens.js';
import { until } from '../support/until.js';

describe('remote keys are cached', () => {
  const [first, second] = [new TestKey('first'), new TestKey('second')];
  let jwks: JwksServer;
  let remote: ClockedKeys;
  beforeEach(async () => {
    jwks = await JwksServer.start(first);
    remote = new ClockedKeys(jwks);
  });
  afterEach(() => jwks.stop());

  it('and fetched when the first is wanted, not before', async () => {
    expect(jwks.fetches).toBe(0);
    expect(await remote.ask('first')).toBe('known');
    expect(await remote.ask('first')).toBe('known');
    expect(jwks.fetches).toBe(1);
  });

  it('for five minutes, and fetched in the background after that', async () => {
    await remote.ask('first');
    remote.pass(299);
    await remote.ask('first');
    // It would wait for a fetch in the background, and make another.
    expect(await remote.ask('second')).toBe('unknown');
    expect(jwks.fetches).toBe(2);
    remote.pass(300);
    jwks.hang();
    expect(await remote.ask('first')).toBe('known');
    await until(
      () => jwks.fetches,
      (fetches) => fetches === 3,
    );
  });

  it('for ten minutes at most: then requests wait for the fetch', async () => {
    await remote.ask('first');
    jwks.publish(second);
    remote.pass(600);
    expect(await remote.ask('first')).toBe('unknown');
    expect(jwks.fetches).toBe(2);
  });

  it('with all of a set, by one fetch', async () => {
    jwks.publish(first, second);
    expect(await remote.ask('first')).toBe('known');
    expect(await remote.ask('second')).toBe('known');
    expect(jwks.fetches).toBe(1);
  });

  it('until a fetch replaces the whole set', async () => {
    await remote.ask('first');
    jwks.publish(second);
    expect(await remote.ask('second')).toBe('known');
    expect(await remote.ask('first')).toBe('unknown');
  });

  it('and a key that the issuer dropped is refused after that', async () => {
    await remote.ask('first');
    jwks.publish(second);
    remote.pass(300);
    expect(await remote.ask('first')).toBe('known');
    await until(
      () => remote.ask('first'),
      (said) => said === 'unknown',
    );
  });

  it('and replaced under the same kid', async () => {
    const before = await remote.keys.find('first');
    const replaced = new TestKey('first');
    jwks.publish(replaced);
    remote.pass(600);
    const after = await remote.keys.find('first');
    expect(before?.key.equals(first.pair.publicKey)).toBe(true);
    expect(after?.key.equals(replaced.pair.publicKey)).toBe(true);
  });

  it('and an empty set is a set', async () => {
    await remote.ask('first');
    jwks.publish();
    remote.pass(600);
    expect(await remote.ask('first')).toBe('unknown');
  });
});
