import { execFileSync } from 'node:child_process';
import { compactVerify, CompactSign, importPKCS8 } from 'jose';
import { StaticKeyStore } from '../../lib/keys/static-key-store.js';
import { ec, jwk, pem, rsa } from '../support/private-keys.js';

describe('StaticKeyStore.fromPem', () => {
  const rsaKey = rsa();
  const ecKey = ec();
  const kids = async (text: string) => (await (await StaticKeyStore.fromPem(text)).publicKeys()).map(({ kid }) => kid);

  it('reads PKCS#8, PKCS#1 and SEC1', async () => {
    expect(await kids(pem(rsaKey, 'pkcs1'))).toEqual(await kids(pem(rsaKey)));
    expect(await kids(pem(ecKey, 'sec1'))).toEqual(await kids(pem(ecKey)));
  });

  it('signs with the key that it read', async () => {
    const store = await StaticKeyStore.fromPem(pem(rsaKey), { kid: 'k', alg: 'PS384' });
    const [published] = await store.publicKeys();
    const jws = await new CompactSign(Buffer.from('x'))
      .setProtectedHeader({ alg: 'PS384' })
      .sign(await importPKCS8(pem(rsaKey), 'PS384'));
    await expect(compactVerify(jws, published as never)).resolves.toBeDefined();
    expect(published).toMatchObject({ kid: 'k', alg: 'PS384', n: jwk(rsaKey).n });
    expect(await store.signingKey()).toMatchObject({ kid: 'k', alg: 'PS384' });
  });

  it.each([
    ['\\n escapes for line ends', (text: string) => text.replaceAll('\n', '\\n')],
    ['\\r\\n escapes', (text: string) => text.replaceAll('\n', '\\r\\n')],
    ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['no line end at the end', (text: string) => text.trim()],
  ])('reads a PEM with %s', async (_, change) => {
    expect(await kids(change(pem(rsaKey)))).toEqual(await kids(pem(rsaKey)));
    expect(await kids(change(pem(ecKey, 'sec1')))).toEqual(await kids(pem(ecKey)));
  });

  it('reads what openssl ecparam writes, parameters first', async () => {
    const text = execFileSync('openssl', ['ecparam', '-name', 'prime256v1', '-genkey']).toString();
    expect(text).toContain('EC PARAMETERS');
    expect(await (await StaticKeyStore.fromPem(text)).signingKey()).toMatchObject({ alg: 'ES256' });
  });

  it('takes RS256 for RSA and the algorithm of the curve for EC by default', async () => {
    expect((await (await StaticKeyStore.fromPem(pem(rsaKey))).signingKey()).alg).toBe('RS256');
    expect((await (await StaticKeyStore.fromPem(pem(ec('P-521')))).signingKey()).alg).toBe('ES512');
  });
});
