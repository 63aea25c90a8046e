import type { Command } from 'commander';
import type { AccessTokenPayload } from '../../guard/access-token.js';
import { absoluteUrl, issuerUrl, profileName, type ProfileName } from '../../options/shared.js';
import { checked, withJsonFlag } from '../flags.js';
import { pipedIn } from '../input.js';
import type { Io } from '../io.js';
import { reporting } from '../report.js';
import { fields } from '../text.js';

interface Flags {
  issuer: string;
  audience?: string;
  jwksUri?: string;
  profile?: ProfileName;
}

export function addVerify(root: Command, io: Io): void {
  const command = root
    .command('verify')
    .usage('--issuer <url> [options]  < TOKEN')
    .description('Verify an access token and print its claims')
    .requiredOption('--issuer <url>', 'whose token it must be', checked(issuerUrl))
    .option('--audience <name>', 'whom it must be for; default: the issuer')
    .option('--jwks-uri <url>', "the issuer's keys, where they are elsewhere", checked(absoluteUrl))
    .option('--profile <name>', 'standard or frontier; default: standard', checked(profileName));
  withJsonFlag(command).action(
    reporting(io, async ({ issuer, audience, jwksUri, profile }: Flags) => {
      const token = await pipedIn(io, 'pipe the access token in');
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- it loads JWT libraries, which take a while
      const { verifyToken } = require('../client/verify-token.js') as typeof import('../client/verify-token.js');
      const claims = await verifyToken(token.trim(), { issuer, audience, jwksUri, profile });
      return { json: claims, text: fields(readable(claims)) };
    }),
  );
}

/** Times as such: RFC 7519 has seconds since 1970. */
function readable(claims: AccessTokenPayload): Record<string, string> {
  const told = Object.entries(claims).map(([name, claim]) => {
    const time = new Date(['exp', 'iat', 'nbf'].includes(name) ? Number(claim) * 1000 : NaN);
    if (!Number.isNaN(time.getTime())) return [name, time.toISOString()];
    return [name, typeof claim === 'string' ? claim : JSON.stringify(claim)];
  });
  return Object.fromEntries(told) as Record<string, string>;
}
