import crypto from 'node:crypto';
import { JwksServer } from '../support/jwks-server.js';
import { ClockedKeys } from '../support/remote-keys.js';
import { TestKey } from '../support/tokens.js';

/** To import a P-521 key takes milliseconds of the event loop, and a mebibyte holds thousands. */
describe('a set of many keys', () => {
  const { publicJwk } = new TestKey('good', 'ES512');
  const imports = jest.spyOn(crypto, 'createPublicKey');
  let jwks: JwksServer;
  beforeEach(async () => {
    jwks = await JwksServer.start();
    imports.mockClear();
  });
  afterEach(() => jwks.stop());

  it('is imported as far as tokens name its keys, each once', async () => {
    const others = Array.from({ length: 500 }, (_, number) => ({ ...publicJwk, kid: `other-${number}` }));
    jwks.say(JSON.stringify({ keys: [...others, publicJwk] }));
    const remote = new ClockedKeys(jwks);
    for (let time = 0; time < 3; time += 1) expect(await remote.ask('good')).toBe('known');
    expect(imports).toHaveBeenCalledTimes(1);
  });

  it('under one kid is looked at for the first four', async () => {
    const unusable = (number: number) => ({ ...publicJwk, alg: `bad-${number}` });
    const behind = (count: number) => [...Array.from({ length: count }, (_, number) => unusable(number)), publicJwk];
    jwks.say(JSON.stringify({ keys: [...behind(3), ...behind(10).map((jwk) => ({ ...jwk, kid: 'bad' }))] }));
    const remote = new ClockedKeys(jwks);
    expect(await remote.ask('good')).toBe('known');
    expect(await remote.ask('bad')).toBe('unknown');
    expect(imports.mock.calls.length).toBeLessThanOrEqual(8);
  });
});
