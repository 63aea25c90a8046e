import { generateKeyPairSync } from 'node:crypto';
import { JwksServer } from '../support/jwks-server.js';
import { ClockedKeys } from '../support/remote-keys.js';
import { TestKey } from '../support/tokens.js';

describe('unusable keys of a set are passed over (RFC 7517 §5)', () => {
  const { publicJwk } = new TestKey('good');
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });
  const edwards = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const bitcoin = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export({ format: 'jwk' });

  it.each<[string, unknown]>([
    ['null', null],
    ['a number', 7],
    ['a list', []],
    ['an empty key', {}],
    ['a key without kid', { ...publicJwk, kid: undefined }],
    ['a kid that is no text', { ...publicJwk, kid: 7 }],
    ['a symmetric key', { kid: 'bad', kty: 'oct', k: 'AAAA' }],
    ['an unknown type', { kid: 'bad', kty: 'quantum' }],
    ['an Edwards curve', { ...edwards, kid: 'bad' }],
    ['an unknown curve', { ...bitcoin, kid: 'bad' }],
    ['RSA below 2048 bits', { ...weak, kid: 'bad' }],
    ['missing members', { ...publicJwk, kid: 'bad', y: undefined }],
    ['a point off the curve', { ...publicJwk, kid: 'bad', x: publicJwk.y }],
    ['a key for encryption', { ...publicJwk, kid: 'bad', use: 'enc' }],
    ['an alg that does not fit', { ...publicJwk, kid: 'bad', alg: 'RS256' }],
    ['an unusable key under the same kid', { kid: 'good', kty: 'quantum' }],
  ])('such as %s', async (_what, jwk) => {
    const jwks = await JwksServer.start();
    jwks.say(JSON.stringify({ keys: [jwk, publicJwk] }));
    const remote = new ClockedKeys(jwks);
    expect(await remote.ask('good')).toBe('known');
    expect(await remote.ask('bad')).toBe('unknown');
    await jwks.stop();
  });

  it('and names of Object.prototype are no kids', async () => {
    const jwks = await JwksServer.start({ publicJwk });
    const remote = new ClockedKeys(jwks);
    for (const kid of ['__proto__', 'constructor', 'toString']) expect(await remote.ask(kid)).toBe('unknown');
    await jwks.stop();
  });
});
