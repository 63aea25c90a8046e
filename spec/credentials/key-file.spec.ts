import { createPrivateKey } from 'node:crypto';
import { frontierKeyFile, keyFile } from '../../lib/credentials/key-file.js';
import { ec, pem, rsa } from '../support/private-keys.js';

describe('a key file', () => {
  const key = { kid: 'the-kid', accountId: 'the-account', privateKey: rsa() };

  it("has the members of Google's form", () => {
    expect(keyFile(key, 'https://api.example.com/token')).toStrictEqual({
      type: 'service_account',
      kid: 'the-kid',
      principal_id: 'the-account',
      private_key: pem(key.privateKey),
      private_key_id: 'the-kid',
      client_email: 'the-account',
      client_id: 'the-account',
      token_uri: 'https://api.example.com/token',
    });
  });

  it("has the members of Frontier's KeyCredential, and no other", () => {
    const members = { kid: 'the-kid', principal_id: 'the-account' };
    expect(frontierKeyFile(key)).toStrictEqual({ type: 'sv_rsa', ...members, private_key: pem(key.privateKey) });
    const privateKey = ec();
    expect(frontierKeyFile({ ...key, privateKey })).toStrictEqual({
      type: 'sv_ec',
      ...members,
      private_key: pem(privateKey),
    });
  });

  it('holds the private key in PKCS#8', () => {
    const { private_key } = keyFile(key, 'https://api.example.com/token');
    expect(private_key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(createPrivateKey(private_key).equals(key.privateKey)).toBe(true);
  });
});
