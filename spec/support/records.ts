import type { KeyCredential, SecretCredential, ServiceAccount } from '../../lib/credentials/contract.js';

/** An account with the members that it must have, and those given. */
export const account = (id: string, more: Partial<ServiceAccount> = {}): ServiceAccount => ({
  id,
  state: 'enabled',
  scopes: [],
  createdAt: new Date(1_700_000_000_123),
  ...more,
});

export const secret = (id: string, accountId: string, more: Partial<SecretCredential> = {}): SecretCredential => ({
  id,
  accountId,
  type: 'client_secret',
  secretHash: 'sha256$x',
  createdAt: new Date(1_700_000_000_456),
  ...more,
});

export const publicKey = (id: string, accountId: string, more: Partial<KeyCredential> = {}): KeyCredential => ({
  id,
  accountId,
  type: 'public_key',
  publicKey: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', key_ops: ['verify'] },
  createdAt: new Date(1_700_000_000_789),
  ...more,
});
