import type { Request } from 'express';
import type { Strategy } from 'passport';
import { BasicStrategy } from 'passport-http';
import { proveSecret, type SecretSettings } from '../credentials/prove-secret.js';
import { checkOptions } from '../options/check.js';
import { clientStrategyChecks, type ClientStrategyOptions } from '../options/strategy-options.js';
import { challenge } from '../http/challenge.js';
import { readAuthorization } from '../http/authorization.js';
import type { ClientSecret } from '../http/basic.js';
import { basicSecrets } from '../http/proofs.js';
import type { Handed } from './handed.js';
import { settle } from './outcome.js';

/** Its types leave out what passport gives every strategy. */
const PassportHttpBasic = BasicStrategy as unknown as new (verify: () => void) => InstanceType<typeof Strategy>;

/**
 * Passport strategy `client-basic`: a client id and secret in an `Authorization: Basic` header (RFC 6749 §2.3.1).
 * `req.user` is `{ account, credential }`.
 *
 * passport-http's own strategy with its reading of the header replaced: that one cuts a secret at its second colon,
 * takes any scheme that holds the word Basic, and has no word for what it can't read.
 */
export class ClientBasicStrategy extends PassportHttpBasic {
  override name = 'client-basic';
  private readonly settings: SecretSettings & { realm: string };

  /** @throws TypeError for wrong options */
  constructor(options: ClientStrategyOptions) {
    super(() => undefined);
    this.settings = checkOptions('ClientBasicStrategy', clientStrategyChecks, options);
  }

  override authenticate(req: Request, handed: Handed<ClientSecret[]> = {}): void {
    const prove = async () => {
      const secrets = handed.proof ?? basicSecrets(readAuthorization(req));
      return { user: await proveSecret(secrets, this.settings) };
    };
    settle(this, prove(), () => challenge('Basic', { realm: this.settings.realm }), handed.asErrors);
  }
}
