import type { PublicCredential, ServiceAccount } from '../../credentials/contract.js';
import type { Report } from '../report.js';
import { fields, table } from '../text.js';

export function accountReport(account: ServiceAccount): Report {
  const { id, title, orgId, state, scopes, metadata, createdAt } = account;
  const text = fields({
    account: id,
    title,
    org: orgId,
    state,
    scopes: scopes.length === 0 ? undefined : scopes.join(' '),
    metadata: metadata && JSON.stringify(metadata),
    created: createdAt.toISOString(),
  });
  return { json: account, text };
}

export function accountWithCredentialsReport(
  account: ServiceAccount,
  credentials: readonly PublicCredential[],
): Report {
  const rows = credentials.map((credential) => {
    const { id, type, title = '' } = credential;
    return [id, type === 'public_key' ? 'key' : 'secret', condition(credential), title];
  });
  const list = rows.length === 0 ? '' : `\n${table([['SECRET OR KEY', 'TYPE', 'STATE', 'TITLE'], ...rows])}`;
  return { json: { ...account, credentials }, text: accountReport(account).text + list };
}

export function accountListReport(accounts: readonly ServiceAccount[]): Report {
  const rows = accounts.map(({ id, state, title = '', scopes }) => [id, state, title, scopes.join(' ')]);
  return { json: accounts, text: table([['ACCOUNT', 'STATE', 'TITLE', 'SCOPES'], ...rows]) };
}

function condition({ revokedAt, expiresAt }: PublicCredential): string {
  if (revokedAt !== undefined) return 'revoked';
  if (expiresAt === undefined) return 'valid';
  const day = expiresAt.toISOString().slice(0, 10);
  return expiresAt.getTime() <= Date.now() ? `expired ${day}` : `until ${day}`;
}
