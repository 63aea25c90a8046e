/** A Markdown table that can be read as it is. The first column is text, the others figures. */
export function table(head, rows) {
  const lines = [head, ...rows].map((cells) => cells.map(String));
  const widths = head.map((_, column) => Math.max(3, ...lines.map((cells) => cells[column].length)));
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const padded = lines.map((cells) => line(cells.map((cell, column) => pad(cell, widths[column], column))));
  const rule = line(widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)));
  return [padded[0], rule, ...padded.slice(1)].join('\n');
}

function pad(cell, width, column) {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

export function whole(figure) {
  return Math.round(figure).toLocaleString('en');
}

export function decimals(figure, places = 2) {
  return figure.toFixed(places);
}
