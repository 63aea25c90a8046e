export function hasMethods(given: unknown, methods: readonly string[]): boolean {
  return isObject(given) && methods.every((method) => typeof given[method] === 'function');
}

export function isObject(given: unknown): given is Record<string, unknown> {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}

/**
 * What was given, for a message. A text that may be a secret (a PEM, JSON, a URL with a password, anything long) is
 * named by its kind, as objects are: the wrong thing in the wrong place is often a key.
 */
export function describe(given: unknown): string {
  if (typeof given === 'string') {
    const harmless = /^[\w ./:?#=+*-]{0,80}$/.test(given) && !/:\/\/[^/]*@|[\w+/=-]{32,}/.test(given);
    return harmless ? `'${given}'` : kindOf(given);
  }
  return ['number', 'bigint', 'boolean'].includes(typeof given) ? String(given) : kindOf(given);
}

/** As `describe`, without the value. */
export function kindOf(given: unknown): string {
  if (given === undefined || given === null) return String(given);
  if (typeof given === 'string')
    return given.includes('-----BEGIN') ? 'a PEM' : `a string of ${given.length} characters`;
  if (typeof given !== 'object') return `a ${typeof given}`;
  if (Array.isArray(given)) return `an array of ${given.length}`;
  if (given instanceof Date) return Number.isNaN(given.getTime()) ? 'an invalid Date' : 'a Date';
  const name = className(given);
  return name === '' || name === 'Object' ? 'an object' : `an object of class ${name}`;
}

/** Empty where it has none, or does not tell. */
function className(object: object): string {
  try {
    const name: unknown = object.constructor.name;
    return typeof name === 'string' ? name : '';
  } catch {
    return '';
  }
}
