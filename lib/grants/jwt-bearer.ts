import { keyId } from '../assertions/prove-assertion.js';
import { assertionJwt } from '../http/proofs.js';
import type { Grant } from './grant.js';

/** RFC 7523 §2.1: a JWT that is signed with a service-account key. */
export const jwtBearer: Grant = {
  type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  scheme: 'Bearer',
  authVia: 'jwt_grant',
  present(parameters, authorization) {
    const proof = assertionJwt(parameters, authorization);
    const kid = keyId(proof);
    return { strategy: 'assertion', ids: kid === undefined ? [] : [kid], proof };
  },
};
