import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import request from 'supertest';
import ts from 'typescript';
import { compile } from './compile.js';
import { anchorsOf, linksOf, pages, readme, root, type Page } from './pages.js';

describe('README.md, SECURITY.md and the pages of docs/', () => {
  it('have only code that compiles, each block in the scope of those above it', () => {
    const wrong: Page = {
      path: 'docs/wrong.md',
      text: '',
      given: [{ code: 'declare const given: number;\n', before: 1 }],
      blocks: [
        { code: 'const above = given;\n', before: 10 },
        { code: "import { absent } from 'frontier-token';\n\nabove.toFixed();\nbelow;\n", before: 20 },
        { code: 'const below = 1;\n', before: 30 },
      ],
    };
    expect(pages.flatMap(({ blocks }) => blocks).length).toBeGreaterThan(10);
    expect(compile([...pages, wrong])).toEqual([
      `docs/wrong.md:21 Module '"frontier-token"' has no exported member 'absent'.`,
      "docs/wrong.md:24 Cannot find name 'below'.",
    ]);
  }, 120_000);

  it.each(pages.map((page) => ({ path: page.path, page })))('link to what is there: $path', ({ page }) => {
    const broken = linksOf(page).filter(({ file, anchor }) => {
      const target = pages.find(({ path }) => path === file);
      if (anchor !== '' && target) return !anchorsOf(target).includes(anchor);
      return !existsSync(join(root, file));
    });
    expect(broken).toEqual([]);
  });
});

describe('README.md', () => {
  it('shows code by line 15', () => {
    expect(readme.blocks[0]?.before).toBeLessThan(15);
  });

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
});

/** An ES module's imports and awaits, in CommonJS; the port is the only thing that is changed. */
function runFirstBlock(): Promise<Server> {
  const { code = '' } = readme.blocks[0] ?? {};
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
