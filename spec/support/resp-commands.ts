/** When keys end, in milliseconds since 1970. */
export type Data = Map<string, { value: string; end: number }>;

interface Call {
  args: string[];
  data: Data;
  connection: { protocol: number };
  port: number;
}

const OK = '+OK\r\n';
const bulk = (text: string): string => `$${Buffer.byteLength(text, 'latin1')}\r\n${text}\r\n`;
const list = (items: string[], kind = '*'): string =>
  `${kind}${kind === '%' ? items.length / 2 : items.length}\r\n${items.join('')}`;
const nil = ({ connection }: Call): string => (connection.protocol === 3 ? '_\r\n' : '$-1\r\n');

/** What a Redis answers, in RESP. */
export const COMMANDS: Record<string, ((call: Call) => string) | undefined> = {
  HELLO: ({ args: [version = '2'], connection }) => {
    connection.protocol = Number(version);
    return list([bulk('server'), bulk('redis'), bulk('proto'), `:${version}\r\n`], version === '3' ? '%' : '*');
  },
  CLIENT: () => OK,
  SELECT: () => OK,
  READONLY: () => OK,
  PING: () => '+PONG\r\n',
  QUIT: () => OK,
  INFO: () => bulk('redis_version:7.0.15\r\nloading:0\r\n'),
  CLUSTER: ({ args: [what = ''], port }) => {
    if (what.toUpperCase() === 'INFO') return bulk('cluster_state:ok\r\n');
    const node = list([bulk('127.0.0.1'), `:${port}\r\n`, bulk('0'.repeat(40))]);
    return list([list([':0\r\n', ':16383\r\n', node])]);
  },
  GET: (call) => {
    const entry = live(call);
    return entry ? bulk(entry.value) : nil(call);
  },
  SET: (call) => {
    const [key = '', value = '', ...options] = call.args;
    const words = options.map((word) => word.toUpperCase());
    const milliseconds = Number(words[words.indexOf('PX') + 1]);
    if (words.includes('PX') && !(milliseconds > 0)) return "-ERR invalid expire time in 'set' command\r\n";
    if (words.includes('NX') && live(call)) return nil(call);
    call.data.set(key, { value, end: words.includes('PX') ? Date.now() + milliseconds : Infinity });
    return OK;
  },
};

function live({ args: [key = ''], data }: Call): { value: string } | undefined {
  const entry = data.get(key);
  return entry && entry.end >= Date.now() ? entry : undefined;
}

/** A command, which is an array of bulk strings; nothing where more is to come. */
export function readCommand(text: string): { command: string[]; length: number } | undefined {
  let at = 0;
  const line = (): string | undefined => {
    const end = text.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const found = text.slice(at, end);
    at = end + 2;
    return found;
  };
  const count = line();
  if (count === undefined) return undefined;
  const command: string[] = [];
  for (let word = 0; word < Number(count.slice(1)); word += 1) {
    const length = line();
    if (length === undefined) return undefined;
    const end = at + Number(length.slice(1));
    if (text.length < end + 2) return undefined;
    command.push(text.slice(at, end));
    at = end + 2;
  }
  return { command, length: at };
}
