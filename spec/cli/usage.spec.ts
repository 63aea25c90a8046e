import type { Command } from 'commander';
import { program } from '../../lib/cli/program';
import { failure, frontierTokenCommand } from '../support/command-line';
import { version } from '../../package.json';

const SECRET = 'topsecret';
const URL = `postgres://user:${SECRET}@127.0.0.1/db`;

describe('help', () => {
  /** The words of each command, groups included. */
  const paths = (command: Command, path: string[] = []): string[][] => [
    path,
    ...command.commands.flatMap((each) => paths(each, [...path, each.name()])),
  ];
  const all = paths(program({ out: () => undefined } as never));

  it.each(all.map((path) => [path.join(' '), path]))("of 'frontier-token %s' fits a screen", async (_title, path) => {
    const { status, out, err } = await frontierTokenCommand([...path, '--help']);
    const lines = out.trimEnd().split('\n');

    expect([status, err]).toEqual([0, '']);
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('has all verbs', () => {
    expect(
      all.map((path) => path.join(' ')).filter((path) => !/^(accounts|secrets|keys|signing-keys)?$/.test(path)),
    ).toEqual([
      ...['serve', 'migrate'],
      ...['create', 'list', 'show', 'disable', 'enable', 'delete'].map((verb) => `accounts ${verb}`),
      ...['secrets create', 'secrets revoke', 'keys create', 'keys add', 'keys revoke'],
      ...['signing-keys list', 'signing-keys rotate', 'signing-keys withdraw', 'token', 'assertion', 'verify'],
    ]);
  });
});

it('tells its version', async () => {
  expect(await frontierTokenCommand(['--version'])).toEqual({ status: 0, out: `${version}\n`, err: '' });
});

describe('wrong usage ends with 2, one line and no secret:', () => {
  const token = ['token', '--url', 'http://127.0.0.1:1'];

  type Row = [
    what: string,
    argv: string[],
    line: string,
    surroundings?: { env?: Record<string, string>; input?: string },
  ];
  it.each<Row>([
    ['no verb', [], "a verb is missing; see 'frontier-token --help'"],
    ['no verb of a group', ['accounts'], "a verb is missing; see 'frontier-token accounts --help'"],
    ['an unknown verb', ['acounts', 'list'], "unknown command 'acounts' \\(Did you mean accounts\\?\\)"],
    ['an unknown flag', ['accounts', 'list', '--jsom'], "unknown option '--jsom' \\(Did you mean --json\\?\\)"],
    ['a flag for a secret', [...token, `--client-secret=${SECRET}`], "unknown option '--client-secret'"],
    ['a missing argument', ['accounts', 'show'], "missing required argument 'account'"],
    ['an empty argument', ['accounts', 'show', ''], 'It must be a non-empty string'],
    ['one argument too many', ['accounts', 'list', SECRET], 'too many arguments'],
    ['a missing flag', ['keys', 'create', 'robot'], "required option '--out <file>' not specified"],
    ['a malformed scope', ['accounts', 'create', '--scope', 'a"b'], 'A scope is printable ASCII'],
    ['a date that is none', ['secrets', 'create', 'robot', '--expires', '2030-02-31'], "It must be as '2030-01-31'"],
    ['an unknown algorithm', ['keys', 'create', 'robot', '--out', 'x', '--alg', 'HS256'], "It must be 'RS256' or"],
    ['a port that is none', ['serve', '--port', '70000'], 'It must be a whole number from 0 to 65535'],
    [
      'an issuer that is no URL',
      ['serve', '--issuer', `https://user:${SECRET}@a.test`],
      'It must be an absolute http\\(s\\) URL',
    ],
    [
      'two places at once',
      ['accounts', 'list', '--database', URL, '--data', 'x'],
      'give --database or --data, not both',
    ],
    [
      'a database of another kind',
      ['migrate', '--database', URL.replace('postgres', 'oracle')],
      'the database must be a URL',
    ],
    ['the same in the environment', ['migrate'], 'must be a URL', { env: { FRONTIER_TOKEN_DATABASE: SECRET } }],
    [
      'a parameter that mysql2 would warn of, or obey',
      ['migrate', '--database', `mysql://user:${SECRET}@127.0.0.1/db?multipleStatements=true`],
      'unknown parameter; known are: compress, enableCleartextPlugin, socketPath, ssl',
    ],
    ['an empty folder name', ['accounts', 'list', '--data', ''], '--data needs the path of a folder'],
    ['signing keys of a database without the key', ['serve', '--database', URL], 'set FRONTIER_TOKEN_ENCRYPTION_KEY'],
    ['the same to rotate', ['signing-keys', 'rotate', '--database', URL], 'set FRONTIER_TOKEN_ENCRYPTION_KEY'],
    [
      'a client twice',
      [...token, '--client-id', 'a', '--key-file', 'b'],
      "'--key-file <file>' cannot be used with option",
    ],
    ['no client', token, 'name the client with --key-file FILE or --client-id ID'],
    ['a secret that nobody gives', [...token, '--client-id', 'a'], 'FRONTIER_TOKEN_CLIENT_SECRET or on standard input'],
    ['an empty one', [...token, '--client-id', 'a'], 'FRONTIER_TOKEN_CLIENT_SECRET', { input: '\n' }],
    ['no token to verify', ['verify', '--issuer', 'http://a.test'], 'pipe the access token in'],
  ])('%s', async (...[, argv, line, surroundings]: Row) => {
    const ended = await frontierTokenCommand(argv, surroundings);

    expect(ended).toEqual(failure(2, line));
    expect(ended.err).not.toContain(SECRET);
  });
});
