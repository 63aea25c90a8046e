import type { Request } from 'express';
import { Strategy } from 'passport';
import { asTokenError } from '../errors/as-token-error.js';
import { bearerChallenge } from '../guard/challenge.js';
import { accessTokenVerifier, type VerifyAccessToken } from '../guard/verify-access-token.js';
import { auditor } from '../host/audit.js';
import { readGuardOptions, type GuardOptions, type RequireAccessTokenOptions } from '../options/guard-options.js';
import { settle } from './outcome.js';

/**
 * `requireAccessToken` for a host that has its own passport: `req.user` is `{ header, payload, token }`. Use it by its
 * name, `passport.authenticate('access-token', { session: false })`: passport writes onto an instance that it is handed.
 */
export class AccessTokenStrategy extends Strategy {
  override readonly name = 'access-token';
  private readonly options: GuardOptions;
  private readonly verify: VerifyAccessToken;

  /** @throws TypeError for a wrong option */
  constructor(options: RequireAccessTokenOptions) {
    super();
    this.options = readGuardOptions('AccessTokenStrategy', options);
    this.verify = accessTokenVerifier(this.options);
  }

  override authenticate(req: Request): void {
    const { issuer, onEvent } = this.options;
    const conclude = auditor(onEvent)(req);
    const verified = this.verify(req.headers.authorization);
    const outcome = verified.then((user) => ({ user }));
    settle(this, outcome, (error) => bearerChallenge(error, issuer));
    verified.catch((thrown: unknown) => {
      const error = asTokenError(thrown);
      conclude(error.status, {}, error);
    });
  }
}
