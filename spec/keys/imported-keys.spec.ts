import crypto, { generateKeyPairSync } from 'node:crypto';
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

  it('are kept while they are in use, and a thousand of them at most', () => {
    const keys = new ImportedKeys();
    const [used, unused] = [keys.import(numbered(0)), keys.import(numbered(1))];
    for (let number = 2; number < 500; number += 1) keys.import(numbered(number));
    expect(keys.import(numbered(1))).toBe(unused);
    for (let number = 500; number < 1500; number += 1) {
      keys.import(numbered(number));
      if (number % 400 === 0) expect(keys.import(numbered(0))).toBe(used);
    }
    const imports = jest.spyOn(crypto, 'createPublicKey');
    for (let number = 1499; number > 1000; number -= 1) keys.import(numbered(number));
    expect(imports).not.toHaveBeenCalled();
    expect(keys.import(numbered(0))).toBe(used);
    expect(keys.import(numbered(1))).not.toBe(unused);
    imports.mockRestore();
  });

  it('are refused where they are longer than any that is supported', () => {
    const keys = new ImportedKeys();
    expect(() => keys.import({ ...publicJwk, key_ops: ['verify', 'a'.repeat(9000)] })).toThrow('longer than any');
    const { n, e, kty, ...rest } = generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey.export({
      format: 'jwk',
    });
    expect(keys.import({ ...rest, kty, e, n }).key.asymmetricKeyDetails).toMatchObject({ modulusLength: 4096 });
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
