/** @param sorted in ascending order */
export function quantile(sorted, part) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

export function median(values) {
  return quantile(ascending(values), 0.5);
}

/** What the middle half of the values lies in. */
export function middleHalf(values) {
  const sorted = ascending(values);
  return [quantile(sorted, 0.25), quantile(sorted, 0.75)];
}

function ascending(values) {
  return [...values].sort((a, b) => a - b);
}
