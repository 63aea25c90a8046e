import { generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure, frontierTokenCommand, printed, type Ended } from '../support/command-line';

const work = mkdtempSync(join(tmpdir(), 'frontier-token-'));
const file = (name: string) => join(work, name);
const data = file('data');
afterAll(() => rmSync(work, { recursive: true }));

const command = (...argv: string[]): Promise<Ended> => frontierTokenCommand([...argv, '--data', data]);

const json = (...argv: string[]) => printed([...argv, '--data', data]);
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

it('makes its folder at the first use, for its owner alone, with the key that encrypts, and says so', async () => {
  const { status, out, err } = await command('accounts', 'list');

  expect([status, out]).toEqual([0, 'ACCOUNT  STATE  TITLE  SCOPES\n']);
  expect(err).toBe(
    `frontier-token: made ${data}/encryption-key; without it the signing keys are lost, so keep a copy\n`,
  );
  expect([mode(data), mode(join(data, 'encryption-key'))]).toEqual(['700', '600']);
  expect(Buffer.from(readFileSync(join(data, 'encryption-key'), 'utf8'), 'base64')).toHaveLength(32);
});

it('tells a failure in one line, in a new folder too', async () => {
  const folder = `${data}-failing`;

  expect(await frontierTokenCommand(['accounts', 'show', 'nobody', '--data', folder])).toEqual(
    failure(1, 'no such account'),
  );
});

it('refuses an encryption key that others can read, and a database file that is elsewhere', async () => {
  const folder = `${data}-shared`;
  const list = () => frontierTokenCommand(['signing-keys', 'list', '--data', folder]);
  expect(await list()).toMatchObject({ status: 0 });

  chmodSync(join(folder, 'encryption-key'), 0o640);
  expect(await list()).toEqual(
    failure(1, 'others can read or change .*encryption-key: make it yours alone with chmod 600'),
  );
  chmodSync(join(folder, 'encryption-key'), 0o600);
  renameSync(join(folder, 'frontier-token.db'), join(folder, 'elsewhere.db'));
  symlinkSync(join(folder, 'elsewhere.db'), join(folder, 'frontier-token.db'));
  expect(await list()).toEqual(failure(1, 'frontier-token.db is a symbolic link'));
});

it('counts the flag before the environment', async () => {
  const env = { FRONTIER_TOKEN_DATABASE: 'postgres://nobody@127.0.0.1:1/none' };

  expect(await printed(['accounts', 'list', '--data', data], { env })).toEqual([]);
});

describe('the encryption key', () => {
  const list = (name: string, env = {}) =>
    frontierTokenCommand(['signing-keys', 'list', '--data', file(name)], { env });
  const keyOf = (name: string) => join(file(name), 'encryption-key');

  it('is not made anew where it is missed', async () => {
    await list('lost');
    rmSync(keyOf('lost'));

    expect(await list('lost')).toEqual(failure(1, `${keyOf('lost')} is gone: put it back`));
    expect(existsSync(keyOf('lost'))).toBe(false);
  });

  it('may come from the environment, and be changed there', async () => {
    const [first, second] = ['a', 'b'].map((letter) => letter.repeat(64));
    expect(await list('given', { FRONTIER_TOKEN_ENCRYPTION_KEY: first })).toMatchObject({ status: 0, err: '' });
    expect(existsSync(keyOf('given'))).toBe(false);

    expect(await list('given', { FRONTIER_TOKEN_ENCRYPTION_KEY: second })).toEqual(failure(1, 'is not the one'));
    expect(await list('given', { FRONTIER_TOKEN_ENCRYPTION_KEY: `${second},${first}` })).toMatchObject({ status: 0 });
  });
});

describe('accounts', () => {
  it('makes, shows, changes and deletes one', async () => {
    const made = await json(
      'accounts',
      'create',
      '--title',
      'nightly',
      '--scope',
      'a b',
      '--scope',
      'c',
      '--org',
      'acme',
    );

    expect(made).toMatchObject({ title: 'nightly', orgId: 'acme', state: 'enabled', scopes: ['a', 'b', 'c'] });
    expect(await json('accounts', 'disable', made.id)).toEqual({ ...made, state: 'disabled' });
    expect(await json('accounts', 'show', made.id)).toEqual({ ...made, state: 'disabled', credentials: [] });
    expect(await json('accounts', 'enable', made.id)).toEqual(made);
    expect(await json('accounts', 'list')).toEqual([made]);
    expect(await json('accounts', 'delete', made.id)).toEqual({ id: made.id, deleted: true });
    expect(await json('accounts', 'list')).toEqual([]);
  });

  it('prints a few aligned lines for people', async () => {
    await command('accounts', 'create', '--id', 'robot', '--title', 'a\nb', '--scope', 'read');
    await command('accounts', 'create', '--id', 'another-robot');

    expect((await command('accounts', 'list')).out).toBe(
      [
        'ACCOUNT        STATE    TITLE  SCOPES',
        'another-robot  enabled',
        'robot          enabled  a b    read',
        '',
      ].join('\n'),
    );
    expect((await command('accounts', 'show', 'robot')).out).toMatch(
      /^account {2}robot\ntitle {4}a b\nstate {4}enabled\nscopes {3}read\ncreated {2}20\S+Z\n$/,
    );
  });

  it.each([
    ['an account that is not there', ['accounts', 'show', 'nobody'], 'no such account; .*accounts list'],
    ['an id that is taken', ['accounts', 'create', '--id', 'robot'], 'the id is taken; choose another'],
    ['a secret for nobody', ['secrets', 'create', 'nobody'], 'no such account'],
  ])('refuses %s', async (_what, argv, line) => {
    expect(await command(...argv)).toEqual(failure(1, line));
  });
});

describe('secrets and keys', () => {
  const keyFile = file('robot.json');

  it('makes a secret, shows it once, and revokes it', async () => {
    const { clientId, clientSecret, ...rest } = await json(
      'secrets',
      'create',
      'robot',
      '--title',
      'blue',
      '--expires',
      '2100-01-31',
    );

    expect(clientSecret).toMatch(/^[\w-]{43}$/);
    expect(rest).toEqual({ title: 'blue', expiresAt: '2100-01-31T00:00:00.000Z', createdAt: expect.any(String) });
    const shown = await command('accounts', 'show', 'robot');
    expect(shown.out).toMatch(new RegExp(`\n${clientId} +secret +until 2100-01-31 +blue\n$`));
    expect(shown.out).not.toContain(clientSecret);
    expect(await json('secrets', 'revoke', clientId)).toEqual({ id: clientId, accountId: 'robot', revoked: true });
    expect((await command('accounts', 'show', 'robot')).out).toMatch(
      new RegExp(`\n${clientId} +secret +revoked +blue\n$`),
    );
  });

  it('writes a key file for its owner alone', async () => {
    const { kid } = await json(
      'keys',
      'create',
      'robot',
      '--out',
      keyFile,
      '--alg',
      'ES256',
      '--issuer',
      'https://auth.test',
    );

    expect(mode(keyFile)).toBe('600');
    expect(JSON.parse(readFileSync(keyFile, 'utf8'))).toMatchObject({
      ...{ kid, principal_id: 'robot', token_uri: 'https://auth.test/v1beta1/auth/token' },
      private_key: expect.stringMatching(/^-----BEGIN PRIVATE KEY-----/),
    });
    expect(await json('keys', 'revoke', kid)).toEqual({ id: kid, accountId: 'robot', revoked: true });
  });

  it.each([
    ['is there', keyFile, `${keyFile} is there already`],
    ['is in no folder', file('no/robot.json'), "can't write .*ENOENT"],
  ])('makes no key where the file %s', async (_what, out, line) => {
    const before = await json('accounts', 'show', 'robot');
    const content = readFileSync(keyFile, 'utf8');

    expect(await command('keys', 'create', 'robot', '--out', out)).toEqual(failure(1, line));
    expect(await json('accounts', 'show', 'robot')).toEqual(before);
    expect(readFileSync(keyFile, 'utf8')).toBe(content);
  });

  it('revokes the key that it could not write, and leaves a file that came first alone', async () => {
    const { credentials: before } = await json('accounts', 'show', 'robot');
    const running = command('keys', 'create', 'robot', '--out', file('raced.json'), '--alg', 'ES256');
    writeFileSync(file('raced.json'), 'first');

    expect(await running).toEqual(failure(1, "can't write .*raced.json: EEXIST"));
    expect(readFileSync(file('raced.json'), 'utf8')).toBe('first');
    const { credentials } = await json('accounts', 'show', 'robot');
    expect(credentials.slice(before.length)).toEqual([expect.objectContaining({ revokedAt: expect.any(String) })]);
  });

  it("makes a key file for Frontier's SDKs", async () => {
    await json('keys', 'create', 'robot', '--out', file('frontier.json'), '--format', 'frontier', '--alg', 'ES256');

    expect(Object.keys(JSON.parse(readFileSync(file('frontier.json'), 'utf8')))).toEqual([
      ...['type', 'kid', 'principal_id', 'private_key'],
    ]);
  });

  describe('adds the public half of a key that the client made', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = publicKey.export({ format: 'pem', type: 'spki' }) as string;

    it.each([
      ['a PEM', pem],
      ['a JWK', JSON.stringify(publicKey.export({ format: 'jwk' }))],
    ])('from %s, in a file or on standard input', async (_form, input) => {
      writeFileSync(file('public'), input);
      const { kid } = await json('keys', 'add', 'robot', file('public'));
      const piped = await frontierTokenCommand(['keys', 'add', 'robot', '-', '--data', data], { input });

      expect(kid).toEqual(expect.any(String));
      expect(piped.out).toMatch(/^kid {2}\S+\n$/);
    });

    it.each([
      ['the private half', privateKey.export({ format: 'pem', type: 'pkcs8' }) as string, 'the key is private'],
      ['broken JSON', '{"d":"topsecret"', 'neither a PEM nor a JWK'],
    ])('and refuses %s', async (_what, input, line) => {
      writeFileSync(file('public'), input);
      const ended = await command('keys', 'add', 'robot', file('public'));

      expect(ended).toEqual(failure(1, line));
      expect(ended.err).not.toContain('topsecret');
    });
  });

  it('takes no key for a secret, nor a secret for a key', async () => {
    const { kid } = JSON.parse(readFileSync(keyFile, 'utf8'));
    const { clientId } = await json('secrets', 'create', 'robot');

    expect(await command('secrets', 'revoke', kid)).toEqual(failure(1, 'no such secret'));
    expect(await command('keys', 'revoke', clientId)).toEqual(failure(1, 'no such key'));
  });
});
