import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import request from 'supertest';
import ts from 'typescript';

const root = join(__dirname, '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(({ 1: code = '', index }) => ({
  code,
  /** Lines of README.md before the block's first. */
  before: readme.slice(0, index).split('\n').length,
}));

/** What the reader has by then: names that the first block made, and things of the host's own. */
const PRELUDE = `
  import type { Express, RequestHandler } from 'express';
  import type * as frontier from 'frontier-token';
  declare global {
    const app: Express;
    const issuer: string;
    const store: frontier.MemoryStore;
    const keyStore: frontier.KeyStore;
    const accounts: frontier.ServiceAccounts;
    const frontierToken: typeof frontier.frontierToken;
    const requireAccessToken: typeof frontier.requireAccessToken;
    const StaticKeyStore: typeof frontier.StaticKeyStore;
    const handler: RequestHandler;
    const db: { findOne(query: string, values: string[]): Promise<any> };
    const argon2: { verify(hash: string, secret: string): Promise<boolean> };
    const kms: { sign(key: string, data: Uint8Array): Promise<Uint8Array>; publicJwk(key: string): Promise<object> };
    const clientsPublicKey: string;
    const log: { info(fields: object): void; error(cause: unknown): void };
    const redis: object;
    const sharedClaims: frontier.ReplayStore;
  }
`;

describe('README.md', () => {
  it('shows code by line 15', () => {
    expect(blocks[0]?.before).toBeLessThan(15);
  });

  it('has only code that compiles', () => {
    expect(blocks.length).toBeGreaterThan(10);
    expect(compile()).toEqual([]);
  }, 60_000);

  it('issues a token, and takes it, with its first block as it stands', async () => {
    const log = jest.spyOn(console, 'log').mockImplementation();
    const server = await runFirstBlock();
    const [[{ clientId, clientSecret }]] = log.mock.calls as [[{ clientId: string; clientSecret: string }]];
    log.mockRestore();

    const issued = await request(server)
      .post('/v1beta1/auth/token')
      .auth(clientId, clientSecret)
      .type('form')
      .send({ grant_type: 'client_credentials' });
    const guarded = await request(server).get('/reports').auth(issued.body.access_token, { type: 'bearer' });
    await new Promise((resolve) => server.close(resolve));

    expect([issued.status, guarded.status]).toEqual([200, 200]);
    expect(guarded.body).toEqual({ readBy: expect.any(String) });
  });

  it('links to sections that it has', () => {
    const headings = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
    const slugs = headings.map((heading) => heading.toLowerCase().replaceAll(' ', '-').replaceAll(',', ''));
    const anchors = [...readme.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);

    expect(slugs).toEqual(expect.arrayContaining(anchors));
  });
});

/** Each block as a module of its own; what is wrong, with its line in README.md. */
function compile(): string[] {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  Object.assign(options, { noUnusedLocals: false, noUnusedParameters: false, pathsBasePath: root });
  const files = new Map(blocks.map(({ code }, index) => [join(root, `README.${index}.mts`), `${code}export {};\n`]));
  const prelude = join(root, 'README.prelude.mts');

  const host = ts.createCompilerHost(options);
  const sources = new Map([...files, [prelude, PRELUDE]]);
  const readSource = host.getSourceFile.bind(host);
  host.fileExists = (file) => sources.has(file) || ts.sys.fileExists(file);
  host.getSourceFile = (file, language, ...rest) => {
    const source = sources.get(file);
    return source === undefined ? readSource(file, language, ...rest) : ts.createSourceFile(file, source, language);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  return [...sources.keys()].flatMap((file, index) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((found) => {
      const { line } = source!.getLineAndCharacterOfPosition(found.start ?? 0);
      const place = blocks[index] ? `README.md:${blocks[index].before + line + 1}` : 'prelude';
      return `${place} ${ts.flattenDiagnosticMessageText(found.messageText, '\n')}`;
    });
  });
}

/** An ES module's imports and awaits, in CommonJS; the port is the only thing that is changed. */
function runFirstBlock(): Promise<Server> {
  const { code = '' } = blocks[0] ?? {};
  const imports = code.match(/^import .*;$/gm) ?? [];
  const body = code.replace(/^import .*;$/gm, '').replace('app.listen(3000)', 'return app.listen(0)');
  const module = `${imports.join('\n')}\nexport const run = async () => {${body}};`;
  const { outputText } = ts.transpileModule(module, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
  });
  const exports: { run?: () => Promise<Server> } = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the README's own code, to be run
  new Function('require', 'exports', outputText)(require, exports);
  return exports.run!();
}
