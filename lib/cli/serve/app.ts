import express, { type Express } from 'express';
import type { FrontierTokenOptions } from '../../options/router-options.js';
import { frontierToken } from '../../router.js';

interface Surroundings {
  /** Proxies in front, each of which adds to `X-Forwarded-For` whom it got a request from. */
  trustProxy: number;
  /** Whether requests can be answered now. */
  isReady: () => Promise<boolean>;
}

/** A token server and nothing else. `/healthz`: it lives. `/readyz`: send it requests. */
export function tokenServer(options: FrontierTokenOptions, { trustProxy, isReady }: Surroundings): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', trustProxy);
  app.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  app.get('/readyz', async (_req, res) => {
    const ready = await isReady();
    res.status(ready ? 200 : 503).json({ status: ready ? 'ok' : 'unavailable' });
  });
  app.use(frontierToken(options));
  return app;
}
