import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Milliseconds. */
const PATIENCE = 8_000;

export interface GracefulEnd {
  /** Whether the end was asked for: new work should go elsewhere. */
  readonly begun: boolean;
  /**
   * Takes no more connections, closes those that are idle, and waits for the answers that are under way. Whoever still
   * holds a connection after that is cut off. Resolves when all are closed; never rejects.
   */
  readonly end: () => Promise<void>;
}

/**
 * Watches the connections of a server, from before it listens, to end it without cutting off an answer. Node's own
 * `server.close()` waits for connections that never sent a request, and for those that were kept alive meanwhile.
 *
 * @param patience milliseconds from the call of `end` until connections are cut off
 */
export function gracefulEnd(server: Server, patience = PATIENCE): GracefulEnd {
  const connections = new Map<Socket, Set<ServerResponse>>();
  let begun = false;

  server.on('connection', (socket) => {
    connections.set(socket, new Set());
    socket.once('close', () => connections.delete(socket));
  });

  server.prependListener('request', ({ socket }, response) => {
    const answers = connections.get(socket);
    answers?.add(response);
    if (begun) response.shouldKeepAlive = false;
    response.once('close', () => {
      answers?.delete(response);
      if (begun && answers?.size === 0) socket.destroySoon();
    });
  });

  async function end(): Promise<void> {
    begun = true;
    const closed = once(server, 'close');
    server.close();
    for (const [socket, answers] of connections) {
      if (answers.size === 0) socket.destroy();
      // The client learns with its answer that the connection ends (RFC 9112 §9.6).
      for (const answer of answers) if (!answer.headersSent) answer.shouldKeepAlive = false;
    }
    const cutOff = setTimeout(() => {
      for (const socket of connections.keys()) socket.destroy();
    }, patience);
    await closed;
    clearTimeout(cutOff);
  }

  let ended: Promise<void> | undefined;
  return {
    get begun() {
      return begun;
    },
    end: () => (ended ??= end()),
  };
}
