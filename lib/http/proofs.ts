import { InvalidClientError, InvalidRequestError, MalformedAssertionError } from '../errors/catalogue.js';
import { parseJwt, type UnverifiedJwt } from '../jwt/parse.js';
import type { Authorization } from './authorization.js';
import { readBasic, readings, type ClientSecret } from './basic.js';
import type { Parameters } from './parameters.js';

/**
 * The client's id and secret in a Basic header, in every reading that they may have.
 *
 * @throws InvalidClientError where there are none or they can't be read, InvalidRequestError for one without the other
 */
export function basicSecrets(authorization: Authorization | undefined): ClientSecret[] {
  if (authorization?.scheme !== 'basic') throw new InvalidClientError({ reason: 'credentials_missing' });
  const sent = readBasic(authorization.credentials);
  if (!sent) throw new InvalidClientError({ reason: 'credentials_unreadable' });
  return readings(complete(sent.id, sent.secret));
}

/**
 * The client's id and secret in the body.
 *
 * @throws InvalidClientError where there are none, InvalidRequestError for one without the other
 */
export function bodySecrets({ client_id: id = '', client_secret: secret = '' }: Parameters): ClientSecret[] {
  return [complete(id, secret)];
}

function complete(id: string, secret: string): ClientSecret {
  if (id === '' && secret === '') throw new InvalidClientError({ reason: 'credentials_missing' });
  if (id === '') throw new InvalidRequestError('client_id', 'client_id is missing', { reason: 'credentials_partial' });
  if (secret === '') {
    const about = { credentialId: id };
    throw new InvalidRequestError('client_secret', 'client_secret is missing', {
      reason: 'credentials_partial',
      about,
    });
  }
  return { id, secret };
}

/**
 * The assertion of a jwt-bearer grant, in the body (RFC 7523 §2.1) or, as Frontier's clients send it, a Bearer header.
 * A `client_id` beside it is ignored.
 *
 * @throws InvalidRequestError where there is none, or a second proof beside it; MalformedAssertionError
 */
export function assertionJwt(parameters: Parameters, authorization: Authorization | undefined): UnverifiedJwt {
  const inHeader = authorization?.scheme === 'bearer' ? authorization.credentials : undefined;
  const { assertion = inHeader } = parameters;
  if (parameters.client_secret !== undefined || authorization?.scheme === 'basic') throw twice();
  if (parameters.assertion !== undefined && inHeader !== undefined) throw twice();
  if (assertion === undefined || assertion === '') {
    throw new InvalidRequestError('assertion', 'assertion is missing', { reason: 'assertion_missing' });
  }
  const jwt = parseJwt(assertion);
  if (!jwt) throw new MalformedAssertionError();
  return jwt;
}

/** RFC 6749 §2.3: "The client MUST NOT use more than one authentication method in each request." */
export function twice(): InvalidRequestError {
  return new InvalidRequestError('client_secret', 'send credentials once, in one place', {
    reason: 'credentials_twice',
  });
}
