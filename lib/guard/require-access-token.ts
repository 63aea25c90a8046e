import type { RequestHandler, Response } from 'express';
import { asTokenError } from '../errors/as-token-error.js';
import type { TokenError } from '../errors/token-error.js';
import { auditor } from '../host/audit.js';
import { sendError } from '../http/answer.js';
import { readGuardOptions, type RequireAccessTokenOptions } from '../options/guard-options.js';
import { bearerChallenge } from './challenge.js';
import { accessTokenVerifier } from './verify-access-token.js';

/**
 * Lets requests through that carry a valid access token as `Authorization: Bearer …` (RFC 6750 §2.1), and leaves it,
 * verified, as `req.auth`. All others it answers itself: 401, 403, 500 and 503.
 *
 * @throws TypeError for a wrong option
 */
export function requireAccessToken(options: RequireAccessTokenOptions): RequestHandler {
  const settings = readGuardOptions('requireAccessToken', options);
  const verify = accessTokenVerifier(settings);
  const audit = auditor(settings.onEvent);
  const domain = new URL(settings.issuer).hostname;

  function refuse(res: Response, error: TokenError): void {
    sendError(res, error, domain, error.status < 500 ? bearerChallenge(error, settings.issuer) : undefined);
  }

  return (req, res, next) => {
    const conclude = audit(req);
    const admission = verify(req.headers.authorization).then(
      (accessToken) => {
        req.auth = accessToken;
        return true;
      },
      (thrown: unknown) => {
        const error = asTokenError(thrown);
        refuse(res, error);
        conclude(error.status, {}, error);
        return false;
      },
    );
    // Nothing catches what `next` throws: the host's failures are the host's.
    void admission.then((admitted) => {
      if (admitted) next();
    }, next);
  };
}
