const PANEL = { width: 300, height: 240, gap: 24, left: 64, top: 92, bottom: 64 };
const INK = '#24292f';
const FAINT = '#d0d7de';

/**
 * Line charts side by side, on one scale that begins at 0: an SVG as text.
 *
 * @param panels `{ title, xLabel, ticks, series: [{ name, color, dashed, values }] }`: one value a tick, evenly spaced
 */
export function lineCharts({ title, yLabel, panels }) {
  const { width, height, gap, left, top, bottom } = PANEL;
  const highest = Math.max(...panels.flatMap(({ series }) => series.flatMap(({ values }) => values)));
  const step = niceStep(highest / 4);
  const scale = { step, top: Math.ceil(highest / step) * step };
  const size = { width: left + panels.length * (width + gap), height: top + height + bottom };
  const drawn = panels.map((panel, number) =>
    inGroup(left + number * (width + gap), top, [...grid(scale, number === 0), ...panelOf(panel, scale)]),
  );
  const legend = [...new Map(panels.flatMap(({ series }) => series).map((one) => [one.name, one])).values()];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" font-family="system-ui, -apple-system, 'Segoe UI', sans-serif" font-size="12" fill="${INK}">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${size.width}" height="${size.height}" fill="#ffffff"/>`,
    text(left, 26, title, 'font-size="16" font-weight="600"'),
    ...legend.flatMap(({ name, ...style }, number) => [
      ...line([left + number * 190, 47], [left + number * 190 + 30, 47], style),
      text(left + number * 190 + 38, 51, name),
    ]),
    text(16, top + height / 2, yLabel, `text-anchor="middle" transform="rotate(-90 16 ${top + height / 2})"`),
    ...drawn,
    '</svg>\n',
  ].join('\n');
}

function grid({ step, top }, labelled) {
  const { width, height } = PANEL;
  return Array.from({ length: top / step + 1 }, (_, number) => {
    const y = height - (number * step * height) / top;
    const rule = `<line x1="0" y1="${round(y)}" x2="${width}" y2="${round(y)}" stroke="${number === 0 ? INK : FAINT}"/>`;
    const label = text(-8, round(y + 4), (number * step).toLocaleString('en'), 'text-anchor="end"');
    return labelled ? rule + label : rule;
  });
}

function panelOf({ title, xLabel, ticks, series }, { top }) {
  const { width, height } = PANEL;
  const x = (number) => (width * (number + 0.5)) / ticks.length;
  const y = (value) => height - (value * height) / top;
  return [
    text(width / 2, -12, title, 'text-anchor="middle" font-weight="600"'),
    ...ticks.map((tick, number) => text(x(number), height + 20, tick.toLocaleString('en'), 'text-anchor="middle"')),
    text(width / 2, height + 42, xLabel, 'text-anchor="middle"'),
    ...series.flatMap(({ values, ...style }) => {
      const points = values.map((value, number) => [x(number), y(value)]);
      return line(...points, style);
    }),
  ];
}

/** The points joined, and a dot on each: hollow where the line is dashed, so that colour is not all that tells. */
function line(...given) {
  const { color, dashed } = given.pop();
  const points = given.map((point) => point.map(round).join(','));
  const dots = given.map(
    ([x, y]) =>
      `<circle cx="${round(x)}" cy="${round(y)}" r="3.5" fill="${dashed ? '#ffffff' : color}" stroke="${color}" stroke-width="2"/>`,
  );
  const dash = dashed ? ' stroke-dasharray="6 4"' : '';
  return [`<polyline points="${points.join(' ')}" fill="none" stroke="${color}" stroke-width="2"${dash}/>`, ...dots];
}

function inGroup(x, y, inner) {
  return `<g transform="translate(${x} ${y})">\n${inner.join('\n')}\n</g>`;
}

function text(x, y, content, attributes = '') {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escape(String(content))}</text>`;
}

function escape(content) {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function round(figure) {
  return Math.round(figure * 10) / 10;
}

/** The 1, 2 or 5 times a power of ten that is next above. */
function niceStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= least);
}
