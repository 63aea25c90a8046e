import express from 'express';
import { requireAccessToken, StoreUnavailableError, type CredentialStore, type KeyStore } from 'frontier-token';
import request from 'supertest';
import { ConflictError, NotFoundError } from '../../lib/errors/store-errors.js';
import { bySecret, issuer } from '../support/issuer.js';
import { storeThat, TestKey, issuer as ISSUER } from '../support/tokens.js';

const SECRET = 'postgres://app:hunter2@10.0.0.5';

/** Object mappers read a column when it is asked for. */
describe.each([
  ['StoreUnavailableError', () => new StoreUnavailableError(SECRET), 503],
  ['ConflictError', () => new ConflictError(SECRET), 500],
  ['NotFoundError', () => new NotFoundError(SECRET), 500],
  ['Error', () => new Error(SECRET), 500],
])('what a getter throws, %s, is answered without its message', (_name, thrown, status) => {
  const throwing = (name: string, of: object = {}) =>
    Object.defineProperty({ ...of }, name, {
      enumerable: true,
      get() {
        throw thrown();
      },
    });
  const key = new TestKey();
  const lazy = (name: string) => storeThat(async () => [throwing(name, key.publicJwk)]);

  function expectNoLeak(answer: request.Response): void {
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain('hunter2');
  }

  it('by the token route, of decoySecretHash', async () => {
    const credentialStore = throwing('decoySecretHash', { findCredential: async () => undefined }) as CredentialStore;
    expectNoLeak(await bySecret(await issuer({ credentialStore })));
  });

  it('by the JWKS, of a kid', async () => {
    const keyStore: KeyStore = lazy('kid');
    expectNoLeak(await request((await issuer({ keyStore })).app).get('/.well-known/jwks.json'));
  });

  it('by a guard, of a kid', async () => {
    const guard = requireAccessToken({ issuer: ISSUER, keyStore: lazy('kid') });
    const app = express().use(guard, (_req, res) => void res.sendStatus(200));
    const asked = request(app).get('/');
    expectNoLeak(await asked.set('Authorization', `Bearer ${await key.token()}`));
  });
});
