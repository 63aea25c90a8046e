import { JwksServer } from '../support/jwks-server.js';
import { ClockedKeys } from '../support/remote-keys.js';
import { TestKey } from '../support/tokens.js';

it('remote keys are fetched from an IPv6 address', async () => {
  const key = new TestKey('key');
  // Not every machine has one.
  const jwks = await JwksServer.startAt('::1', key).catch(() => undefined);
  if (jwks === undefined) return;
  try {
    expect(jwks.uri).toMatch(/^http:\/\/\[::1]:\d+\//);
    expect(await new ClockedKeys(jwks).ask('key')).toBe('known');
  } finally {
    await jwks.stop();
  }
});
