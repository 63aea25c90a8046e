import { audienceIsHereIfAny, issuedInThePast } from '../assertions/claim-rules.js';
import type { Profile } from './profile.js';

/** What the clients and verifiers of an existing Raystack Frontier send and expect. */
export const frontier: Profile = {
  grantTypeFromHeader: true,
  assertion: { rules: [audienceIsHereIfAny, issuedInThePast], once: false },
  tokenType: 'JWT',
  acceptedTokenTypes: ['at+jwt', 'application/at+jwt', 'jwt'],
  claims: ({ account, key, authVia }) => ({
    gen: 'system',
    kid: key.kid,
    sub_type: 'app/serviceuser',
    ...(account.orgId === undefined ? {} : { org_ids: account.orgId }),
    auth_via: authVia,
  }),
  headers: (token) => ({ 'x-user-token': token }),
};
