/**
 * Spellings of an id that a database may take for the same: by its collation (case, width, accents, characters
 * without weight, trailing spaces), by its type (uuid), by a pattern or by an end that it cuts off.
 */
export function lookalikes(id: string): string[] {
  const [first, rest] = [id.slice(0, 1), id.slice(1)];
  return [
    id.toUpperCase(),
    `${id} `,
    ` ${id}`,
    `${id}\n`,
    `${id}\0`,
    `${id}\u200b`,
    `${first}\u0301${rest}`,
    String.fromCodePoint(first.charCodeAt(0) + 0xfee0) + rest,
    `_${rest}`,
    `%${rest}`,
    `${first}%`,
    `{${id}}`,
    `urn:uuid:${id}`,
    id.replaceAll('-', ''),
    id.slice(0, -1),
    `${id}' OR '1'='1`,
  ].filter((other) => other !== id);
}

/** What clients may send as an id. */
export const ODD_IDS: readonly string[] = [
  '',
  ' ',
  '0',
  '-1',
  '1e3',
  'null',
  'undefined',
  '__proto__',
  'constructor',
  'toString',
  '[object Object]',
  '{"$ne":null}',
  '%',
  '_',
  '*',
  "'",
  "' OR '1'='1",
  '"',
  '`',
  '\\',
  '\\0',
  '\r\n',
  '\0',
  'a\0b',
  '\u{1f600}',
  '\ufeff',
  '\uffff',
  '\ud800',
  '\udc00 and more',
  'x'.repeat(256),
  'x'.repeat(100_000),
  '\u{1f600}'.repeat(50_000),
];

/**
 * Ids that a host may choose for its accounts; of each pair, a collation or a driver may take one for the other. No id
 * is in two of them, so that all can be held at once.
 */
export const ID_PAIRS: readonly (readonly [string, string])[] = [
  ['robot', 'Robot'],
  ['trailing ', 'trailing'],
  [' leading', 'leading'],
  ['caf\u00e9', 'cafe\u0301'],
  ['ma\u00f1ana', 'manana'],
  ['stra\u00dfe', 'strasse'],
  ['p%t', 'patient'],
  ['sc_re', 'score'],
  ["it's", "it''s"],
  ['back\\slash', 'back\\\\slash'],
  ['"quoted"', 'quoted'],
  ['1', '01'],
  ['2', '2.0'],
  ['\u{1f600}', '\u{1f601}'],
  ['zero\u200bwidth', 'zerowidth'],
  ['\uff57ide', 'wide'],
  // As long as an id may be.
  [`${'x'.repeat(254)}1`, `${'x'.repeat(254)}2`],
];

/** For a message: how it begins and ends. */
export function shortened(id: string): string {
  if (id.length <= 60) return JSON.stringify(id);
  const [start, end] = [id.slice(0, 10), id.slice(-1)].map((part) => JSON.stringify(part));
  return `${start} … ${end} (${id.length} characters)`;
}
