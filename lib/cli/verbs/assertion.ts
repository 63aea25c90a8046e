import type { Command } from 'commander';
import { signAssertion } from '../../assertions/sign-assertion.js';
import type { AlgorithmName } from '../../jwa/algorithms.js';
import { loadKeyFile } from '../client/key-file.js';
import { algFlag, withJsonFlag } from '../flags.js';
import type { Io } from '../io.js';
import { reporting } from '../report.js';

interface Flags {
  keyFile: string;
  audience: string;
  alg?: AlgorithmName;
}

export function addAssertion(root: Command, io: Io): void {
  const command = root
    .command('assertion')
    .usage('--key-file <file> --audience <url> [options]')
    .description('Sign an assertion with a key file (RFC 7523)')
    .requiredOption('--key-file <file>', 'what `keys create` wrote')
    .requiredOption('--audience <url>', 'the issuer or its token endpoint')
    .addOption(algFlag('the first that fits the key'));
  withJsonFlag(command).action(
    reporting(io, async ({ keyFile, audience, alg }: Flags) => {
      const assertion = signAssertion(await loadKeyFile(keyFile), { audience, alg });
      return { json: { assertion }, text: `${assertion}\n` };
    }),
  );
}
