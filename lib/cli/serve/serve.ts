import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Failure, innermost } from '../failure.js';
import type { Io } from '../io.js';
import type { Report } from '../report.js';
import type { OpenState } from '../state/open.js';
import { tokenServer } from './app.js';
import { eventLog } from './event-log.js';
import { gracefulEnd } from './graceful-end.js';
import { LatestKeys } from './latest-keys.js';

interface ServeOptions {
  host: string;
  port: number;
  issuer?: string;
  /** Proxies between it and its clients. */
  trustProxy: number;
}

interface Surroundings {
  state: OpenState;
  io: Io;
  /** Says that it runs, and where. */
  tell: (report: Report) => void;
}

/** Serves tokens until the process is told to end, and then finishes what is under way. */
export async function serve(options: ServeOptions, { state, io, tell }: Surroundings): Promise<void> {
  const onEvent = eventLog(io);
  const keys = await state.keyStore({ onEvent });
  try {
    const server = createServer();
    const ending = gracefulEnd(server);
    const url = await listen(server, options);
    const { issuer = url, trustProxy } = options;
    const isReady = async () => !ending.begun && (await state.answers());
    const keyStore = state.place.kind === 'folder' ? new LatestKeys(keys) : keys;
    const app = tokenServer({ issuer, credentialStore: state.store, keyStore, onEvent }, { trustProxy, isReady });
    server.on('request', app);
    const endAsked = io.endAsked();
    tell({ json: { url, issuer }, text: `Listening on ${url}${issuer === url ? '' : `, as ${issuer}`}\n` });
    await endAsked;
    await ending.end();
  } finally {
    keys.close();
  }
}

/** @returns the URL at which it can be reached from this machine */
async function listen(server: Server, { host, port }: ServeOptions): Promise<string> {
  try {
    await once(server.listen(port, host), 'listening');
  } catch (cause) {
    const taken = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
    const reason = taken ? 'it is taken; choose another with --port' : innermost(cause);
    throw new Failure(`can't listen on port ${port} of ${host}: ${reason}`, { cause });
  }
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${(server.address() as AddressInfo).port}`;
}
