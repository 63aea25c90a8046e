import type { Command } from 'commander';
import { text } from '../../options/check.js';
import {
  accountArgument,
  checked,
  withCredentialFlags,
  withStateFlags,
  type CredentialFlags,
  type StateFlags,
} from '../flags.js';
import type { Io } from '../io.js';
import { reporting } from '../report.js';
import { withState } from '../state/state.js';
import { fields } from '../text.js';
import { revoke } from './revoke.js';

export function addSecrets(root: Command, io: Io): void {
  const group = root.command('secrets').description('Manage client secrets');

  const create = group.command('create').description('Make a client secret; it is shown this once');
  withStateFlags(withCredentialFlags(create.addArgument(accountArgument()))).action(
    reporting(io, (account: string, { title, expires, ...flags }: CredentialFlags & StateFlags) =>
      withState({ flags, io }, async (state) => {
        const secret = await state.accounts().createSecret(account, { title, expiresAt: expires });
        const { clientId, clientSecret, expiresAt } = secret;
        const told = { client_id: clientId, client_secret: clientSecret, expires: expiresAt?.toISOString() };
        return { json: secret, text: fields(told) };
      }),
    ),
  );

  const cancel = group.command('revoke').description('Refuse a client secret from now on');
  withStateFlags(cancel.argument('<client-id>', 'of the secret', checked(text))).action(
    reporting(io, (id: string, flags: StateFlags) =>
      withState({ flags, io }, (state) => revoke(state, 'client_secret', id)),
    ),
  );
}
