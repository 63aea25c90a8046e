import type { CredentialStore } from '../../lib/credentials/contract.js';
import { proveSecret } from '../../lib/credentials/prove-secret.js';
import { InvalidClientError } from '../../lib/errors/catalogue.js';
import { rejection } from '../support/private-keys.js';

const account = { id: 'robot', state: 'enabled' as const, scopes: [], createdAt: new Date(0) };
const common = { accountId: 'robot', createdAt: new Date(0), account };
const secret = { ...common, id: 'a:b', type: 'client_secret' as const, secretHash: 'own$hash' };
const key = { ...common, id: 'key', type: 'public_key' as const, publicKey: { kty: 'EC' } };

/** What a store was asked for and what was compared, where only `right` fits. */
function prover(store: Partial<CredentialStore> = { decoySecretHash: 'own$decoy' }, knowsScheme = true) {
  const asked: string[] = [];
  const compared: string[] = [];
  const settings = {
    credentialStore: {
      findCredential: async (id: string) => {
        asked.push(id);
        return [secret, key].find((each) => each.id === id);
      },
      ...store,
    },
    verifySecret: knowsScheme
      ? async (given: string, hash: string) => {
          compared.push(`${given} ${hash}`);
          return given === 'right';
        }
      : undefined,
    storeTimeout: 1000,
  };
  return { asked, compared, prove: (...readings: { id: string; secret: string }[]) => proveSecret(readings, settings) };
}

describe('a client secret', () => {
  it('proves its client, in the first reading that fits, and no reading behind it is looked at', async () => {
    const { asked, compared, prove } = prover();
    const readings = ['wrong', 'right', 'right'].map((given) => ({ id: 'a:b', secret: given }));
    expect((await prove(...readings)).credential.id).toBe('a:b');
    expect(asked).toEqual(['a:b']);
    expect(compared).toEqual(['wrong own$hash', 'right own$hash']);
  });

  it('of another reading of the id is asked for under that id', async () => {
    const { asked, prove } = prover();
    expect((await prove({ id: 'a%3Ab', secret: 'right' }, { id: 'a:b', secret: 'right' })).credential.id).toBe('a:b');
    expect(asked).toEqual(['a%3Ab', 'a:b']);
  });

  it.each(['nobody', 'key'])(
    'of %s is compared with the decoy, and fits nothing even where it fits that',
    async (id) => {
      const { compared, prove } = prover();
      const thrown = await rejection(prove({ id, secret: 'right' }));
      expect(thrown).toBeInstanceOf(InvalidClientError);
      expect(thrown).toMatchObject({ reason: 'client_unknown', about: { credentialId: id } });
      expect(compared).toEqual(['right own$decoy']);
    },
  );

  it('is compared with a decoy of the package’s own where the store has none', async () => {
    const { compared, prove } = prover({});
    expect(await rejection(prove({ id: 'nobody', secret: '' }))).toMatchObject({ reason: 'client_unknown' });
    expect(compared).toEqual([]);
  });

  it('fits no hash of a scheme that nobody knows', async () => {
    const { prove } = prover({}, false);
    expect(await rejection(prove({ id: 'a:b', secret: 'right' }))).toMatchObject({ reason: 'secret_mismatch' });
  });

  it('that is wrong is told from one of an unknown client, whichever reading was known', async () => {
    const { prove } = prover();
    const about = { accountId: 'robot', credentialId: 'a:b' };
    const [unknown, wrong] = [
      { id: 'a%3Ab', secret: 'x' },
      { id: 'a:b', secret: 'x' },
    ];
    for (const readings of [[unknown, wrong], [wrong, unknown], [wrong]]) {
      const thrown = await rejection(prove(...readings));
      expect(thrown).toMatchObject({ status: 401, reason: 'secret_mismatch', about });
    }
  });
});
