/** Text from elsewhere, fit for one line of a terminal, and without the password of a URL. */
export function oneLine(text: string): string {
  return text
    .replace(/(\w:\/\/)[^/\s]*@/g, '$1')
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim();
}

/** JSON in one line. What a terminal would obey is escaped, which `JSON.stringify` does with ASCII alone. */
export function json(value: unknown, replacer?: (name: string, value: unknown) => unknown): string {
  return `${JSON.stringify(value, replacer).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped)}\n`;
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

/** Rows with their columns aligned. */
export function table(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(oneLine));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/** Names and values, one pair a line; those that are `undefined` are left out. */
export function fields(values: Readonly<Record<string, string | undefined>>): string {
  return table(Object.entries(values).filter((pair): pair is [string, string] => pair[1] !== undefined));
}
