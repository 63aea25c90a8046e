/** A `WWW-Authenticate` value (RFC 9110 §11.6.1). */
export function challenge(scheme: 'Basic' | 'Bearer', attributes: { realm: string; [name: string]: string }): string {
  const quoted = Object.entries(attributes).map(([name, value]) => `${name}=${quotedString(value)}`);
  return `${scheme} ${quoted.join(', ')}`;
}

/** RFC 9110 §5.6.4. What is not ASCII, as an issuer's host may be, is percent-encoded: Node refuses it in a header. */
function quotedString(text: string): string {
  const ascii = text.replace(/[^\x20-\x7e]+/g, (other) => encodeURIComponent(other));
  return `"${ascii.replace(/["\\]/g, '\\$&')}"`;
}
