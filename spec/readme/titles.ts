import ts from 'typescript';

/** The functions that specs take their titles as text from, `describe.each(rows)('title', …)` and such included. */
const TITLED = ['describe', 'it', 'onEach'];

/**
 * The titles in a file of specs, each alone and below those around it, as Jest joins them: `is needed`, `exp is needed`.
 * Of rules that are objects, as in lib/testing, the member `title`.
 */
export function titlesIn(code: string): string[] {
  const titles: string[] = [];
  const visit = (node: ts.Node, above: readonly string[]): void => {
    const title = titleOf(node) ?? (above.length === 0 ? ruleTitleOf(node) : undefined);
    const path = title === undefined ? above : [...above, title];
    if (title !== undefined) titles.push(...path.map((_, outermost) => path.slice(outermost).join(' ')));
    ts.forEachChild(node, (child) => {
      visit(child, path);
    });
  };
  visit(ts.createSourceFile('titles.ts', code, ts.ScriptTarget.ES2022), []);
  return titles;
}

function titleOf(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node) || !TITLED.includes(calledName(node.expression))) return undefined;
  return node.arguments.find((each) => ts.isStringLiteralLike(each))?.text;
}

function ruleTitleOf(node: ts.Node): string | undefined {
  if (!ts.isPropertyAssignment(node) || !ts.isIdentifier(node.name) || node.name.text !== 'title') return undefined;
  return ts.isStringLiteralLike(node.initializer) ? node.initializer.text : undefined;
}

/** Of `it`, `it.each` and `it.each(rows)`: `it`. */
function calledName(callee: ts.Expression): string {
  if (ts.isIdentifier(callee)) return callee.text;
  if (ts.isPropertyAccessExpression(callee) || ts.isCallExpression(callee)) return calledName(callee.expression);
  return '';
}
