import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { RemoteKeys } from '../../lib/guard/remote-keys.js';
import { certificate } from '../support/certificate.js';
import { keyPair } from '../support/issuer.js';
import { TestKey } from '../support/tokens.js';

describe('a JWKS over TLS', () => {
  const { publicJwk } = new TestKey('forged');
  const pair = keyPair();
  const cert = `-----BEGIN CERTIFICATE-----\n${certificate(pair).toString('base64')}\n-----END CERTIFICATE-----\n`;
  const key = pair.privateKey.export({ format: 'pem', type: 'pkcs8' });
  let requests = 0;
  const server = createServer({ cert, key }, (_req, res) => {
    requests += 1;
    res.end(JSON.stringify({ keys: [publicJwk] }));
  });
  let jwksUri: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    jwksUri = `https://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('is not read from a server whose certificate nobody vouches for', async () => {
    const code = 'DEPTH_ZERO_SELF_SIGNED_CERT';
    await expect(new RemoteKeys({ jwksUri, storeTimeout: 20_000 }).find('forged')).rejects.toMatchObject({
      reason: 'jwks_unavailable',
      cause: { cause: { cause: { code } } },
    });
    expect(requests).toBe(0);
  });

  it('would be there for who looks at no certificate', async () => {
    const options = { rejectUnauthorized: false, agent: false };
    const status = await new Promise((resolve, reject) => {
      get(jwksUri, options, (answer) => resolve(answer.resume().statusCode)).on('error', reject);
    });
    expect([status, requests]).toEqual([200, 1]);
  });
});
