import { join } from 'node:path';
import ts from 'typescript';
import { root, type Block, type Page } from './pages.js';

/** What the readers of every page have: things of the host's own. */
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
    const handler: RequestHandler;
    const db: { findOne(query: string, values: string[]): Promise<any> };
    const argon2: { verify(hash: string, secret: string): Promise<boolean> };
    const kms: { sign(key: string, data: Uint8Array): Promise<Uint8Array>; publicJwk(key: string): Promise<object> };
    const clientsPublicKey: string;
    const log: { info(fields: object): void; error(cause: unknown): void };
    const sharedClaims: frontier.ReplayStore;
  }
`;

/** A page as one module; for each of its lines, the line of the page. */
interface PageModule {
  text: string;
  lines: number[];
}

/** Compiles the code of pages as strict hosts do; what is wrong, with its place. */
export function compile(pages: readonly Page[]): string[] {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  Object.assign(options, { noUnusedLocals: false, noUnusedParameters: false, pathsBasePath: root });
  const modules = new Map(pages.map((page) => [join(root, `${page.path}.mts`), { page, ...moduleOf(page) }]));
  const prelude = join(root, 'prelude.mts');

  const host = ts.createCompilerHost(options);
  const sources = new Map([...modules].map(([file, { text }]) => [file, text])).set(prelude, PRELUDE);
  const readSource = host.getSourceFile.bind(host);
  host.fileExists = (file) => sources.has(file) || ts.sys.fileExists(file);
  host.getSourceFile = (file, language, ...rest) => {
    const source = sources.get(file);
    return source === undefined ? readSource(file, language, ...rest) : ts.createSourceFile(file, source, language);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  return [...sources.keys()].flatMap((file) => {
    const source = program.getSourceFile(file)!;
    const { page, lines = [] } = modules.get(file) ?? {};
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((found) => {
      const { line } = source.getLineAndCharacterOfPosition(found.start ?? 0);
      return `${page?.path ?? 'prelude'}:${lines[line] ?? line} ${ts.flattenDiagnosticMessageText(found.messageText, '\n')}`;
    });
  });
}

/**
 * A page is read from top to bottom: each block is in the scope of those above it, and may shadow what they declare.
 * Imports, which can't be in a scope, are moved to the top.
 */
export function moduleOf({ blocks, given }: Pick<Page, 'blocks' | 'given'>): PageModule {
  const imports: PageModule = { text: '', lines: [] };
  const imported = new Map<string, string>();
  const scopes = blocks.map((block) => ({ ...block, code: withoutImports(block, imported, imports) }));
  const rest: PageModule = { text: '', lines: [] };
  for (const block of given) append(rest, block.code, block.before);
  for (const { code, before } of scopes) append(rest, `{\n${code}`, before - 1);
  append(rest, `${'}'.repeat(scopes.length)}\nexport {};\n`, 0);
  return { text: imports.text + rest.text, lines: [...imports.lines, ...rest.lines] };
}

function append(module: PageModule, text: string, before: number): void {
  const lines = text.replace(/\n$/, '').split('\n');
  module.text += `${lines.join('\n')}\n`;
  module.lines.push(...lines.map((_, index) => before + index + 1));
}

/** A block's code, its lines as they are; what it imports, and none above it has, goes to `imports`. */
function withoutImports({ code, before }: Block, imported: Map<string, string>, imports: PageModule): string {
  const source = ts.createSourceFile('block.mts', code, ts.ScriptTarget.ES2022);
  let left = code;
  for (const statement of source.statements.filter((each) => ts.isImportDeclaration(each))) {
    const [start, end] = [statement.getStart(source), statement.getEnd()];
    const text = code.slice(start, end);
    left = left.slice(0, start) + text.replace(/[^\n]/g, ' ') + left.slice(end);
    const module = /['"][^'"]+['"];?$/.exec(text)?.[0] ?? '';
    const { line } = source.getLineAndCharacterOfPosition(start);
    for (const [name, clause] of namesOf(statement, source)) {
      if (imported.get(name) === module) continue;
      imported.set(name, module);
      append(imports, `import ${clause} from ${module}`, before + line);
    }
  }
  return left.replace(/^export (?!default|\{)/gm, '       ');
}

/** The local names that an import makes, and how each alone is imported. */
function namesOf({ importClause }: ts.ImportDeclaration, source: ts.SourceFile): [string, string][] {
  const named = importClause?.namedBindings;
  const defaults = importClause?.name ? [importClause.name.text] : [];
  if (named && ts.isNamespaceImport(named)) return [[named.name.text, named.getText(source)]];
  const elements = named && ts.isNamedImports(named) ? named.elements : [];
  return [
    ...defaults.map((name): [string, string] => [name, name]),
    ...elements.map(({ name, propertyName }): [string, string] => [
      name.text,
      `{ ${propertyName ? `${propertyName.text} as ` : ''}${name.text} }`,
    ]),
  ];
}
