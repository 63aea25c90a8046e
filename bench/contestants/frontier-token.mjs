import express from 'express';
import { frontierToken, MemoryStore, ServiceAccounts, StaticKeyStore } from '../../dist/index.mjs';
import { clientAt, ISSUER, SCOPE, sha256 } from '../host/clients.mjs';
import { PING, pong } from '../host/pong.mjs';

/** This package, with its defaults: replay memory and guard against guessing included. */
export async function handler({ alg, privateKey, accountKey, accounts }) {
  const store = new MemoryStore();
  for (let number = 0; number < accounts; number += 1) await addClient(store, clientAt(number), accountKey);
  const keyStore = await StaticKeyStore.fromPem(privateKey, { alg });
  const app = express();
  app.use(frontierToken({ issuer: ISSUER, credentialStore: store, keyStore }));
  app.get(PING, pong);
  return app;
}

/** `client_id` is the credential that was used. */
export function claims({ scenario }) {
  return { ids: { sub: 'accountId', client_id: scenario === 'jwt-bearer' ? 'keyId' : 'id' } };
}

/** An account with a secret and a key. */
export async function addClient(store, { accountId, id, secret, keyId }, accountKey) {
  const createdAt = new Date();
  await new ServiceAccounts(store, { issuer: ISSUER }).create({ id: accountId, scopes: [SCOPE] });
  const secretHash = `sha256$${sha256(secret).toString('base64url')}`;
  await store.createCredential({ type: 'client_secret', id, accountId, secretHash, createdAt });
  await store.createCredential({ type: 'public_key', id: keyId, accountId, publicKey: accountKey, createdAt });
}
