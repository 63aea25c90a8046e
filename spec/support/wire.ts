import { createServer, type RequestListener } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** What came back over a connection, read by hand. */
export interface RawAnswer {
  status: number;
  body: Record<string, unknown>;
}

/** Runs an app on a port of its own, spoken to byte by byte: what HTTP clients do not let one send. */
export async function overWire<T>(app: RequestListener, talk: (wire: Wire) => Promise<T>): Promise<T> {
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await talk(new Wire((server.address() as AddressInfo).port));
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

export class Wire {
  constructor(readonly port: number) {}

  /** A connection. That the other side breaks it off is no error here. */
  async connect(): Promise<Socket> {
    const socket = connect(this.port, '127.0.0.1').on('error', () => undefined);
    await new Promise((resolve) => socket.once('connect', resolve));
    return socket;
  }

  /** Sends these bytes on a connection of their own, and reads the first answer. */
  async exchange(bytes: string | Buffer): Promise<RawAnswer> {
    const socket = await this.connect();
    socket.write(bytes);
    return firstAnswer(socket).finally(() => socket.destroy());
  }
}

/** The first answer on a connection, as soon as all of it is there; its body must be JSON of a known length. */
export function firstAnswer(socket: Socket): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('close', () => reject(new Error(`closed after: ${text}`)));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const [head = '', body] = text.split('\r\n\r\n', 2);
      const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1]);
      if (body === undefined || body.length < length) return;
      resolve({ status: Number(head.split(' ', 2)[1]), body: JSON.parse(body.slice(0, length)) });
    });
  });
}
