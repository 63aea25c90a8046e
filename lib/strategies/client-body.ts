import type { Request } from 'express';
import { Strategy } from 'passport';
import { proveSecret, type SecretSettings } from '../credentials/prove-secret.js';
import { checkOptions } from '../options/check.js';
import { clientStrategyChecks, type ClientStrategyOptions } from '../options/strategy-options.js';
import type { ClientSecret } from '../http/basic.js';
import { challenge } from '../http/challenge.js';
import { readParameters } from '../http/parameters.js';
import { bodySecrets } from '../http/proofs.js';
import { BODY_LIMIT, type Handed } from './handed.js';
import { settle } from './outcome.js';

/**
 * Passport strategy `client-body`: `client_id` and `client_secret` in a form or JSON body (RFC 6749 §2.3.1), read by a
 * parser of the host's or, where none did, here. `req.user` is `{ account, credential }`.
 */
export class ClientBodyStrategy extends Strategy {
  override name = 'client-body';
  private readonly settings: SecretSettings & { realm: string };

  /** @throws TypeError for wrong options */
  constructor(options: ClientStrategyOptions) {
    super();
    this.settings = checkOptions('ClientBodyStrategy', clientStrategyChecks, options);
  }

  override authenticate(req: Request, handed: Handed<ClientSecret[]> = {}): void {
    const prove = async () => {
      const secrets = handed.proof ?? bodySecrets(await readParameters(req, BODY_LIMIT));
      return { user: await proveSecret(secrets, this.settings) };
    };
    settle(this, prove(), () => challenge('Basic', { realm: this.settings.realm }), handed.asErrors);
  }
}
