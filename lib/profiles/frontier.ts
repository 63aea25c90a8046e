import { audienceIsHereIfAny, issuedInThePast } from '../assertions/claim-rules.js';
import type { Profile } from './profile.js';

/** What the clients and verifiers of an existing Raystack Frontier send and expect. */
export const frontier: Profile = {
  grantTypeFromHeader: true,
  assertion: { rules: [audienceIsHereIfAny, issuedInThePast], once: false },
  tokenType: 'JWT',
  acceptedTokenTypes: ['at+jwt', 'application/at+jwt', 'jwt'],
  addClaims(payload, { account, key, authVia }) {
    payload.gen = 'system';
    payload.kid = key.kid;
    payload.sub_type = 'app/serviceuser';
    if (account.orgId !== undefined) payload.org_ids = account.orgId;
    payload.auth_via = authVia;
  },
  headers: (token) => ({ 'x-user-token': token }),
};
