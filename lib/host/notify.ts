/** Hands a listener of the host's an event. A listener that throws, rejects or hangs breaks nothing. */
export function notify<E>(listener: ((event: E) => unknown) | undefined, event: E): void {
  try {
    Promise.resolve(listener?.(event)).catch(() => undefined);
  } catch {
    // A listener's failure is the listener's: the answer is already given.
  }
}
