import type { Command } from 'commander';
import type { ServiceAccounts } from '../../credentials/service-accounts.js';
import { text } from '../../options/check.js';
import { accountArgument, checked, scopes, withStateFlags, type StateFlags } from '../flags.js';
import type { Io } from '../io.js';
import { reporting, type Report } from '../report.js';
import { withState } from '../state/state.js';
import { accountListReport, accountReport, accountWithCredentialsReport } from './account-report.js';

interface CreateFlags extends StateFlags {
  title?: string;
  scope?: readonly string[];
  id?: string;
  org?: string;
}

export function addAccounts(root: Command, io: Io): void {
  const group = root.command('accounts').description('Manage service accounts');

  const create = group
    .command('create')
    .description('Make an account')
    .option('--title <title>', 'what it is for', checked(text))
    .option('--scope <scope>', 'that its tokens may carry; repeatable', scopes)
    .option('--id <id>', 'default: a random UUID', checked(text))
    .option('--org <id>', 'the organisation that owns it', checked(text));
  withStateFlags(create).action(
    reporting(io, ({ title, scope, id, org, ...flags }: CreateFlags) => {
      const account = { title, scopes: scope, id, orgId: org };
      return withAccounts(io, flags, async (accounts) => accountReport(await accounts.create(account)));
    }),
  );

  withStateFlags(group.command('list').description('List all accounts')).action(
    reporting(io, (flags: StateFlags) =>
      withAccounts(io, flags, async (accounts) => accountListReport(await accounts.list())),
    ),
  );

  for (const { name, description, work } of ofOneAccount) {
    const command = group.command(name).description(description).addArgument(accountArgument());
    withStateFlags(command).action(
      reporting(io, (id: string, flags: StateFlags) => withAccounts(io, flags, (accounts) => work(accounts, id))),
    );
  }
}

const ofOneAccount: {
  name: string;
  description: string;
  work: (of: ServiceAccounts, id: string) => Promise<Report>;
}[] = [
  {
    name: 'show',
    description: 'Show an account, its secrets and its keys',
    work: async (accounts, id) =>
      accountWithCredentialsReport(await accounts.get(id), await accounts.listCredentials(id)),
  },
  {
    name: 'disable',
    description: 'Refuse an account new tokens, until it is enabled again',
    work: async (accounts, id) => accountReport(await accounts.disable(id)),
  },
  {
    name: 'enable',
    description: 'Give a disabled account tokens again',
    work: async (accounts, id) => accountReport(await accounts.enable(id)),
  },
  {
    name: 'delete',
    description: 'Delete an account with its secrets and keys',
    work: async (accounts, id) => {
      await accounts.delete(id);
      return { json: { id, deleted: true }, text: `deleted ${id}\n` };
    },
  },
];

function withAccounts(
  io: Io,
  flags: StateFlags,
  work: (accounts: ServiceAccounts) => Promise<Report>,
): Promise<Report> {
  return withState({ flags, io }, (state) => work(state.accounts()));
}
