import type { Command } from 'commander';
import { text } from '../../options/check.js';
import { issuerUrl } from '../../options/shared.js';
import { DEFAULT_HOST, DEFAULT_PORT } from '../default-issuer.js';
import { checked, wholeNumber, withStateFlags, type StateFlags } from '../flags.js';
import type { Io } from '../io.js';
import { print, type Report } from '../report.js';
import { withState } from '../state/state.js';

interface Flags extends StateFlags {
  port: number;
  host: string;
  issuer?: string;
  trustProxy: number;
}

export function addServe(root: Command, io: Io): void {
  const command = root
    .command('serve')
    .description('Run a token server, until it gets SIGTERM or Ctrl-C')
    .option('--port <port>', '0 for any that is free', wholeNumber(65_535), DEFAULT_PORT)
    .option('--host <address>', 'to listen on; 0.0.0.0 for all', checked(text), DEFAULT_HOST)
    .option('--issuer <url>', 'where clients reach it; default: http://HOST:PORT', checked(issuerUrl))
    .option('--trust-proxy <hops>', 'how many proxies of yours are in front', wholeNumber(100), 0);
  withStateFlags(command).action(({ port, host, issuer, trustProxy, ...flags }: Flags) =>
    withState({ flags, io, needs: ['express'] }, (state) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- it loads Express
      const { serve } = require('../serve/serve.js') as typeof import('../serve/serve.js');
      const tell = (report: Report) => {
        print(io, command, report);
      };
      return serve({ host, port, issuer, trustProxy }, { state, io, tell });
    }),
  );
}
