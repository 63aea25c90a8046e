import type { KeyObject } from 'node:crypto';

/**
 * Runs an import of node:crypto's. What that throws quotes the key, so that neither its message nor a cause leaves.
 *
 * @throws TypeError
 */
export function imported(read: () => KeyObject): KeyObject {
  try {
    return read();
  } catch {
    throw new TypeError('the key is malformed, or of a type or curve that is not supported');
  }
}
