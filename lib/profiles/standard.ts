import {
  audienceIsHere,
  issuedInThePast,
  issuerIsAccount,
  livesShortly,
  subjectIsAccount,
} from '../assertions/claim-rules.js';
import type { Profile } from './profile.js';

/** RFC 7523 in, RFC 9068 out. */
export const standard: Profile = {
  grantTypeFromHeader: false,
  assertion: { rules: [issuerIsAccount, subjectIsAccount, audienceIsHere, issuedInThePast, livesShortly], once: true },
  tokenType: 'at+jwt',
  acceptedTokenTypes: ['at+jwt', 'application/at+jwt'],
  addClaims: () => undefined,
  headers: () => ({}),
};
