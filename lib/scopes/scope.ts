/** `scope-token = 1*( %x21 / %x23-5B / %x5D-7E )`, RFC 6749 §3.3. */
export function isScopeToken(given: unknown): given is string {
  return typeof given === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(given);
}

/** The tokens of a "scope" (RFC 6749 §3.3), each once; undefined where it is malformed. */
export function parseScope(scope: string): string[] | undefined {
  const tokens = scope.split(' ');
  return tokens.every(isScopeToken) ? [...new Set(tokens)] : undefined;
}
