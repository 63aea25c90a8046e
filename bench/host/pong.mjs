export const PING = '/ping';

/** A route of the host's own, that waits for nothing but the event loop. */
export function pong(req, res) {
  res.end('pong');
}
