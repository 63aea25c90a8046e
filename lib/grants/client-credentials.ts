import type { Authorization } from '../http/authorization.js';
import type { Parameters } from '../http/parameters.js';
import { basicSecrets, bodySecrets, twice } from '../http/proofs.js';
import type { Grant } from './grant.js';

/** RFC 6749 §4.4: a client id and secret, in the body or in a Basic header. */
export const clientCredentials: Grant = {
  type: 'client_credentials',
  scheme: 'Basic',
  authVia: 'client_credentials',
  present(parameters, authorization) {
    const inHeader = authorization?.scheme === 'basic';
    const proof = inHeader ? basicSecrets(authorization) : bodySecrets(parameters);
    const ids = [...new Set(proof.map(({ id }) => id))];
    if (hasAnother(parameters, authorization, ids)) throw twice();
    return { strategy: inHeader ? 'client-basic' : 'client-body', ids, proof };
  },
};

function hasAnother(parameters: Parameters, authorization: Authorization | undefined, ids: string[]): boolean {
  const { client_id: id, client_secret: secret, assertion } = parameters;
  if (assertion !== undefined || authorization?.scheme === 'bearer') return true;
  return authorization?.scheme === 'basic' && (secret !== undefined || (id !== undefined && !ids.includes(id)));
}
