// What a soak must find: of each request a part is kept, and now and then a timer, listeners and a rejection.
import { subscribe } from 'node:diagnostics_channel';

const kept = [];
process.setMaxListeners(0);
subscribe('http.server.request.start', ({ request, server }) => {
  kept.push({ ...request.headers, url: `${request.url}?${kept.length}` });
  if (kept.length % 100 !== 0) return;
  setTimeout(() => undefined, 3_600_000);
  process.on('SIGUSR2', () => undefined);
  server.setMaxListeners(0).on('checkContinue', () => undefined);
  void Promise.reject(new Error(`nobody catches this (${kept.length})`));
});
