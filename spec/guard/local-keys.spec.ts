import { LocalKeys } from '../../lib/guard/local-keys.js';
import { storeThat, TestKey } from '../support/tokens.js';

describe('keys of a key store in the same process', () => {
  const key = new TestKey();

  it('are imported once, whatever objects the store makes', async () => {
    const keyStore = storeThat(async () => [{ ...key.publicJwk }]);
    const keys = new LocalKeys({ keyStore, storeTimeout: 1000 });
    const [one, other] = [await keys.find(key.kid), await keys.find(key.kid)];
    expect(one?.key).toBeDefined();
    expect(other).toBe(one);
  });

  it('are imported anew where any member that counts is another', async () => {
    let jwk = key.publicJwk;
    const keys = new LocalKeys({ keyStore: storeThat(async () => [jwk]), storeTimeout: 1000 });
    expect((await keys.find(key.kid))?.algorithms).toEqual(['ES256']);
    jwk = { ...jwk, use: 'enc' };
    expect(await keys.find(key.kid)).toBeUndefined();
    jwk = { ...key.publicJwk, key_ops: ['encrypt'] };
    expect(await keys.find(key.kid)).toBeUndefined();
    jwk = new TestKey(key.kid, 'ES384').publicJwk;
    expect((await keys.find(key.kid))?.algorithms).toEqual(['ES384']);
  });

  it('may have private members, which are not used', async () => {
    const jwk = { ...key.pair.privateKey.export({ format: 'jwk' }), kid: key.kid, key_ops: ['sign'] };
    const keys = new LocalKeys({ keyStore: storeThat(async () => [jwk]), storeTimeout: 1000 });
    expect((await keys.find(key.kid))?.key.type).toBe('public');
  });
});
