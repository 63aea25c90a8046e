import type { Request, RequestHandler, Response } from 'express';
import { asTokenError } from '../errors/as-token-error.js';
import {
  InvalidRequestError,
  MethodNotAllowedError,
  ServerError,
  UnsupportedGrantTypeError,
} from '../errors/catalogue.js';
import type { TokenError } from '../errors/token-error.js';
import type { Grant } from '../grants/grant.js';
import { grants } from '../grants/registry.js';
import { auditor, type Known } from '../host/audit.js';
import { sendError, sendJson } from '../http/answer.js';
import { readAuthorization, type Authorization } from '../http/authorization.js';
import { requestAborted } from '../http/body.js';
import { challenge } from '../http/challenge.js';
import { readParameters, refuseCredentialsInQuery } from '../http/parameters.js';
import { shareClasses } from '../http/shared-classes.js';
import type { GrantContext } from '../options/router-options.js';
import type { Profile } from '../profiles/profile.js';
import { grantScopes } from '../scopes/grant-scopes.js';
import { accessTokenIssuer, type TokenRequest } from '../tokens/access-token.js';
import { attemptGuard } from './attempts.js';
import { authenticator } from './authenticate.js';
import { authorizeGrant, extraClaims } from './hooks.js';
import type { RouterSettings } from './settings.js';
import { routeUrls } from './urls.js';

/** What a request has come to. */
interface Progress {
  /** For its event. */
  known: Known;
  /** For the challenge of a 401. */
  grant?: Grant;
}

/** `POST /v1beta1/auth/token`: RFC 6749 §4.4 and RFC 7523 §2.1, one step after the other. */
export function tokenRoute(settings: RouterSettings): RequestHandler {
  const { issuer, profile, domain } = settings;
  const authenticate = authenticator(settings);
  const guardAttempt = attemptGuard(settings);
  const issueAccessToken = accessTokenIssuer(settings);
  const audit = auditor(settings.onEvent);
  const routeUrl = routeUrls(issuer);

  async function admit(req: Request, res: Response, progress: Progress): Promise<TokenRequest> {
    const { known } = progress;
    if (req.method !== 'POST') throw new MethodNotAllowedError('POST');
    refuseCredentialsInQuery(req);
    const authorization = readAuthorization(req);
    const parameters = await readParameters(req, settings.bodyLimit);

    const grantType = parameters.grant_type ?? grantTypeOf(authorization, profile);
    known.grantType = grantType;
    const grant = (progress.grant = chooseGrant(grantType));
    const presented = grant.present(parameters, authorization);
    known.credentialId = presented.ids[0];

    const tokenEndpoint = settings.tokenEndpoint ?? routeUrl(req, settings.path);
    const attempt = {
      ids: presented.ids,
      ip: req.ip,
      onUnavailable: (cause: unknown) => Object.assign(known, { limiter: 'unavailable', cause }),
    };
    requireListener(res);
    const { client, scope } = await guardAttempt(attempt, () => authenticate(presented, tokenEndpoint));
    known.accountId = client.account.id;
    known.credentialId = client.credential.id;

    const scopes = grantScopes(client.account.scopes, parameters.scope, scope);
    known.scopes = scopes;
    const context: GrantContext = { grantType: grant.type, ...client, scopes, request: req };
    if (settings.authorize) await authorizeGrant(context, settings.authorize, settings.storeTimeout);
    const claims = settings.claims ? await extraClaims(context, settings.claims, settings.storeTimeout) : {};
    return { client, scopes, authVia: grant.authVia, claims };
  }

  function challengeOf({ status }: TokenError, grant?: Grant): string | undefined {
    return status === 401 && grant ? challenge(grant.scheme, { realm: issuer }) : undefined;
  }

  async function answer(req: Request, res: Response): Promise<void> {
    const conclude = audit(req);
    const progress: Progress = { known: {} };
    try {
      shareClasses(req, res);
      // On its own: what proved the client is not to be kept for as long as the token waits to be signed.
      const request = await admit(req, res, progress);
      requireListener(res);
      const { token, jti } = await issueAccessToken(request);
      requireListener(res);
      progress.known.jti = jti;
      const body = tokenResponse(token, settings.accessTokenLifetime, progress.known.scopes);
      sendJson(res, 200, body, profile.headers(token));
      conclude(200, progress.known);
    } catch (thrown) {
      const error = asTokenError(thrown);
      const status = res.headersSent ? res.statusCode : error.status;
      sendError(res, error, domain, challengeOf(error, progress.grant));
      conclude(status, progress.known, error);
    }
  }

  return (req, res) => {
    // Only a response that the host has broken gets here.
    answer(req, res).catch(() => res.destroy());
  };
}

/** Nobody is left to be answered where the client hung up, or a timeout of the host's has answered. */
function requireListener(res: Response): void {
  if (res.headersSent) throw new ServerError({ reason: 'answered_by_host' });
  if (res.destroyed) throw requestAborted();
}

/** Frontier's clients leave `grant_type` out where the header tells it. */
function grantTypeOf(authorization: Authorization | undefined, profile: Profile): string | undefined {
  if (!profile.grantTypeFromHeader) return undefined;
  return grants.find(({ scheme }) => scheme.toLowerCase() === authorization?.scheme)?.type;
}

function chooseGrant(grantType: string | undefined): Grant {
  if (grantType === undefined) {
    throw new InvalidRequestError('grant_type', 'grant_type is missing', { reason: 'grant_type_missing' });
  }
  const grant = grants.find(({ type }) => type === grantType);
  if (!grant) throw new UnsupportedGrantTypeError();
  return grant;
}

/** RFC 6749 §5.1. Put together here: JSON.stringify copies a token, which needs no escaping, again and again. */
function tokenResponse(token: string, lifetime: number, scopes: readonly string[] = []): string {
  const scope = scopes.length === 0 ? '' : `,"scope":${JSON.stringify(scopes.join(' '))}`;
  return `{"access_token":"${token}","token_type":"Bearer","expires_in":${lifetime}${scope}}`;
}
