import { Option, type Command } from 'commander';
import { signAssertion } from '../../assertions/sign-assertion.js';
import type { AlgorithmName } from '../../jwa/algorithms.js';
import { below, TOKEN_PATH } from '../../options/issuer.js';
import { issuerUrl } from '../../options/shared.js';
import { loadKeyFile } from '../client/key-file.js';
import { requestToken } from '../client/request-token.js';
import { UsageError } from '../failure.js';
import { algFlag, checked, scopes, withJsonFlag } from '../flags.js';
import { pipedIn } from '../input.js';
import type { Io } from '../io.js';
import { reporting } from '../report.js';

interface Flags {
  url: string;
  keyFile?: string;
  clientId?: string;
  scope?: readonly string[];
  audience?: string;
  alg?: AlgorithmName;
}

export function addToken(root: Command, io: Io): void {
  const command = root
    .command('token')
    .usage('--url <base> (--key-file <file> | --client-id <id>)')
    .description('Get an access token and print it')
    .requiredOption('--url <base>', 'the token server, such as its issuer', checked(issuerUrl))
    .addOption(new Option('--key-file <file>', 'what `keys create` wrote').conflicts('clientId'))
    .option('--client-id <id>', 'secret: FRONTIER_TOKEN_CLIENT_SECRET, or piped in')
    .option('--scope <scope>', 'ask for less than all scopes; repeatable', scopes)
    .option('--audience <url>', 'of the assertion; default: the token endpoint')
    .addOption(algFlag('the first that fits the key'));
  withJsonFlag(command).action(
    reporting(io, async (flags: Flags) => {
      const { url, scope } = flags;
      const endpoint = url.endsWith(TOKEN_PATH) ? url : below(url, TOKEN_PATH);
      const answer = await requestToken(endpoint, {
        ...(await proof(io, endpoint, flags)),
        ...(scope && { scope: scope.join(' ') }),
      });
      return { json: answer, text: `${answer.access_token}\n` };
    }),
  );
}

/** The parameters of the grant (RFC 6749 §4.4.2, RFC 7523 §2.1). */
async function proof(io: Io, endpoint: string, flags: Flags): Promise<Record<string, string>> {
  const { keyFile, clientId, alg } = flags;
  // Not the key file's `token_uri`: what is sent to this server must be of no use at another.
  const { audience = endpoint } = flags;
  if (keyFile !== undefined) {
    const assertion = signAssertion(await loadKeyFile(keyFile), { audience, alg });
    return { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
  }
  if (!clientId) throw new UsageError('name the client with --key-file FILE or --client-id ID');
  return { grant_type: 'client_credentials', client_id: clientId, client_secret: await clientSecret(io) };
}

/** Never an argument: those are seen by every user of a machine, and kept by shells. */
async function clientSecret(io: Io): Promise<string> {
  const given = io.env.FRONTIER_TOKEN_CLIENT_SECRET;
  if (given) return given;
  return pipedIn(io, "give the client's secret in FRONTIER_TOKEN_CLIENT_SECRET or on standard input");
}
