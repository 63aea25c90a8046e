import { innermost } from '../failure.js';
import type { Io } from '../io.js';
import { json, oneLine } from '../text.js';

/** Events as lines of JSON on standard error. Of what was thrown the reason is told, not the stack. */
export function eventLog(io: Io): (event: object) => void {
  return (event) => {
    io.err(json(event, (name, value) => (name === 'cause' ? oneLine(innermost(value)) : value)));
  };
}
