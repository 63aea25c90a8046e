import { AsyncLocalStorage } from 'node:async_hooks';
import { Router, type Request, type Response } from 'express';
import { frontierToken as unwatched, openApiDocument, type FrontierTokenOptions } from '../../../lib/index.js';
import { describedBy, type Answer } from './described.js';

/** What was seen of the routers that `frontierToken` made in this spec file. */
export const watched = {
  requests: 0,
  /** Answers that were held against the document of their router. */
  answers: 0,
  /** What of them is not as the document says. */
  faults: [] as string[],
};

type Check = (answer: Answer) => string[];
const checks = new Map<string, Check>();
/** Set while it is the router that runs, not the host around it: only its own answers are looked at. */
const answering = new AsyncLocalStorage<boolean>();

/** `frontierToken`, whose every answer is held against the OpenAPI document of the same options. */
export function frontierToken(options: FrontierTokenOptions): Router {
  const router = unwatched(options);
  const given = { ...options };
  return Router().use((req, res, next) => {
    watched.requests += 1;
    watch(req, res, checkFor({ ...given, mountPath: req.baseUrl }));
    answering.run(true, () => router(req, res, (error?: unknown) => answering.exit(() => next(error))));
  });
}

/** One for all routers whose options are the same in what can be written down: no document depends on more. */
function checkFor(options: FrontierTokenOptions & { mountPath: string }): Check {
  const written = JSON.stringify(Object.entries(options).filter(([, value]) => typeof value !== 'object'));
  let check = checks.get(written);
  if (!check) checks.set(written, (check = describedBy(openApiDocument(options))));
  return check;
}

function watch(req: Request, res: Response, check: Check): void {
  const { method } = req;
  const path = new URL(req.originalUrl, 'http://host').pathname;
  const end = res.end.bind(res) as (...args: unknown[]) => Response;
  res.end = ((...args: unknown[]) => {
    const isOurs = answering.getStore() === true && !res.writableEnded;
    const result = end(...args);
    if (isOurs) {
      const [chunk] = args;
      const body = typeof chunk === 'string' || chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : '';
      const answer = { method, path, ...sentHead(res), body };
      watched.answers += 1;
      watched.faults.push(...check(answer).map((fault) => `${method} ${path} ${answer.status}: ${fault}`));
    }
    return result;
  }) as Response['end'];
}

/** The head as it went out: what `writeHead` is given, Node does not keep anywhere else. */
function sentHead(res: Response): Pick<Answer, 'status' | 'headers'> {
  const [statusLine = '', ...lines] = (res as unknown as { _header: string })._header.split('\r\n');
  const fields = lines.filter((line) => line !== '').map((line) => line.split(/: (.*)/) as [string, string]);
  const headers = Object.fromEntries(fields.map(([name, value]) => [name.toLowerCase(), value]));
  return { status: Number(statusLine.split(' ')[1]), headers };
}
