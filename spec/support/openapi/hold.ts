import { watched } from './watched.js';

afterEach(() => {
  expect(watched.faults.splice(0)).toEqual([]);
});

afterAll(() => {
  expect(watched.faults).toEqual([]);
  // Were the routers no longer watched, nobody would miss it.
  if (watched.requests > 0) expect(watched.answers).toBeGreaterThan(0);
});
