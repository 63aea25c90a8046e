import { NotFoundError } from '../../errors/store-errors.js';
import type { Credential } from '../../credentials/contract.js';
import type { Report } from '../report.js';
import type { OpenState } from '../state/open.js';

const KINDS: Readonly<Record<Credential['type'], string>> = { client_secret: 'secret', public_key: 'key' };

/** Revokes a credential of this type: a key is none of the secrets, though their ids look alike. */
export async function revoke(state: OpenState, type: Credential['type'], id: string): Promise<Report> {
  const credential = await state.store.findCredential(id);
  if (credential?.type !== type) throw new NotFoundError(`no such ${KINDS[type]}`);
  await state.accounts().revokeCredential(id);
  return { json: { id, accountId: credential.accountId, revoked: true }, text: `revoked ${id}\n` };
}
