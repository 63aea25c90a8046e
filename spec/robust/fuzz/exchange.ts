import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { json } from 'node:stream/consumers';

/** An answer, read by hand. */
export interface RawAnswer {
  status: number;
  /** By name in lower case. */
  headers: Record<string, string>;
  body: string;
}

/** What came of sending some bytes. */
export interface Exchange {
  answers: RawAnswer[];
  /** What is no whole answer. */
  rest: string;
  /** No answer came to what the host had read, or the connection stood open though the client had nothing more to say. */
  hung: boolean;
}

/** Milliseconds of silence after which the host is asked whether there is more to come. */
const QUIET = 25;
/** Milliseconds that the host has to answer, and to close a connection that is closed here: more than a busy machine takes. */
const PATIENCE = 60_000;

/**
 * Sends bytes (in latin1) over a connection of their own, and reads all that comes back.
 *
 * @param isIdle whether the host has answered all that it has read
 */
export function exchange(port: number, bytes: string, isIdle: () => Promise<boolean>): Promise<Exchange> {
  return new Promise((resolve) => {
    let text = '';
    let hung = false;
    const socket = connect(port, '127.0.0.1');
    const patience = setTimeout(() => {
      hung = true;
      socket.destroy();
    }, PATIENCE);
    const onQuiet = async () => {
      const length = text.length;
      const isOver = await isIdle();
      if (socket.destroyed) return;
      // What was answered and has not come in yet comes behind this end too.
      if (isOver && text.length === length) socket.end();
      else quiet.refresh();
    };
    const quiet = setTimeout(() => void onQuiet(), QUIET);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (!socket.writableEnded) quiet.refresh();
    });
    socket.on('close', () => {
      clearTimeout(quiet);
      clearTimeout(patience);
      resolve({ ...readAnswers(text), hung });
    });
    socket.write(bytes, 'latin1');
  });
}

/** Asks a host for its idleness. Those who ask while it is being asked share the next answer. */
export function idleness(port: number): () => Promise<boolean> {
  let asked: Promise<boolean> = Promise.resolve(false);
  let next: Promise<boolean> | undefined;
  return () =>
    (next ??= asked.then(() => {
      next = undefined;
      return (asked = askIdle(port));
    }));
}

/** Over a connection of its own: what came over earlier ones has been read by then. */
async function askIdle(port: number): Promise<boolean> {
  try {
    const [res] = (await once(request({ port, host: '127.0.0.1', path: '/idle', agent: false }).end(), 'response')) as [
      IncomingMessage,
    ];
    return (await json(res)) === true;
  } catch {
    // It lives no more.
    return true;
  }
}

function readAnswers(text: string): { answers: RawAnswer[]; rest: string } {
  const answers: RawAnswer[] = [];
  // Node sends it between any two bytes of an earlier answer.
  let rest = text.replaceAll('HTTP/1.1 100 Continue\r\n\r\n', '');
  for (;;) {
    const end = rest.indexOf('\r\n\r\n');
    if (end === -1) return { answers, rest };
    const [statusLine = '', ...lines] = rest.slice(0, end).split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]);
    const headers = Object.fromEntries(
      lines.map((line) => [line.split(':', 1)[0]!.toLowerCase(), line.replace(/^[^:]*: */, '')]),
    );
    const isBodiless = status === 304 || headers['x-seen']?.startsWith('HEAD ') === true;
    const behind = rest.slice(end + 4);
    // Of the answers here only Node's own are chunked, and empty.
    const length = isBodiless
      ? 0
      : headers['transfer-encoding'] === 'chunked'
        ? 5
        : Number(headers['content-length'] ?? 0);
    if (behind.length < length) return { answers, rest };
    answers.push({ status, headers, body: Buffer.from(behind.slice(0, length), 'latin1').toString() });
    rest = behind.slice(length);
  }
}
