/** Whether work settles without a turn of the event loop: what runs on the loop itself does, the pool's can't. */
export async function settlesOnTheLoop(work: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const done = () => {
    settled = true;
  };
  void work.then(done, done);
  for (let microtask = 0; microtask < 100; microtask += 1) await Promise.resolve();
  return settled;
}
