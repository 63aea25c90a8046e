import crypto from 'node:crypto';
import { inspect } from 'node:util';
import { ImportedKeys } from '../../lib/keys/imported-keys.js';
import { TestKey } from '../support/tokens.js';

describe('imported keys', () => {
  const { publicJwk, pair } = new TestKey();
  const numbered = (number: number) => ({ ...publicJwk, key_ops: ['verify', `${number}`] });

  it('are kept by content, whatever objects hold it', () => {
    const keys = new ImportedKeys();
    const key = keys.import(publicJwk);
    expect(keys.import({ ...publicJwk, kid: 'another name' })).toBe(key);
    expect(keys.import({ ...publicJwk, key_ops: ['verify'] })).not.toBe(key);
  });

  it('are kept while they are among the last thousand in use, and for no more than twice as many', () => {
    const keys = new ImportedKeys();
    const use = (from: number, to: number) => {
      const imports = jest.spyOn(crypto, 'createPublicKey');
      for (let number = from; number < to; number += 1) keys.import(numbered(number));
      const { length } = imports.mock.calls;
      imports.mockRestore();
      return length;
    };
    expect([use(0, 1000), use(0, 1000), use(0, 1000)]).toEqual([1000, 0, 0]);
    expect([use(1000, 1999), use(0, 1)]).toEqual([999, 0]);
    expect([use(1999, 2999), use(0, 1), use(1, 2)]).toEqual([1000, 0, 1]);
  });

  it('are refused where they are longer than any that is supported', () => {
    const keys = new ImportedKeys();
    const largest = Buffer.alloc(2048, 255).toString('base64url');
    const key = { kty: 'RSA', e: 'AQAB', n: largest, d: largest, key_ops: ['sign', 'verify'], alg: 'PS512' };
    expect(keys.import(key).key.asymmetricKeyDetails).toMatchObject({ modulusLength: 16_384 });
    expect(() => keys.import({ ...publicJwk, key_ops: ['verify', 'a'.repeat(9000)] })).toThrow('longer than any');
  });

  it('keep no secret of a private key', () => {
    const keys = new ImportedKeys();
    const jwk = pair.privateKey.export({ format: 'jwk' });
    keys.import(jwk);
    expect(inspect(keys, { depth: Infinity, maxStringLength: Infinity })).toContain(jwk.x);
    expect(inspect(keys, { depth: Infinity, maxStringLength: Infinity })).not.toContain(jwk.d);
  });

  it('are refused each time where they are unusable, and tried once', () => {
    const keys = new ImportedKeys();
    const imports = jest.spyOn(crypto, 'createPublicKey');
    const unusable = () => keys.import({ ...publicJwk, alg: 'RS256' });
    expect(unusable).toThrow('does not fit');
    expect(unusable).toThrow('does not fit');
    expect(imports).toHaveBeenCalledTimes(1);
    imports.mockRestore();
  });

  it.each(['alg', 'use'])('whose %s is null are not taken for those that have none', (name) => {
    const keys = new ImportedKeys();
    keys.import({ ...publicJwk, [name]: undefined });
    expect(() => keys.import({ ...publicJwk, [name]: null })).toThrow(TypeError);
  });

  it('are not taken for those of a private key with the same public half', () => {
    const keys = new ImportedKeys();
    const operations = { key_ops: ['sign'] };
    expect(keys.import({ ...pair.privateKey.export({ format: 'jwk' }), ...operations }).key.type).toBe('public');
    expect(() => keys.import({ ...publicJwk, ...operations })).toThrow('key_ops');
  });
});
