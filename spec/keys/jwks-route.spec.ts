import crypto from 'node:crypto';
import request from 'supertest';
import { StaticKeyStore } from '../../lib/keys/static-key-store.js';
import { issuer } from '../support/issuer.js';

it('the JWKS imports a key once, however often it is asked for: whoever asks has no need of a key', async () => {
  const { app } = await issuer({ keyStore: await StaticKeyStore.generate({ alg: 'ES512' }) });
  const imports = jest.spyOn(crypto, 'createPublicKey');
  for (let time = 0; time < 3; time += 1) await request(app).get('/.well-known/jwks.json').expect(200);
  expect(imports).toHaveBeenCalledTimes(1);
  imports.mockRestore();
});
