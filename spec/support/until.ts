/** Asks again and again until it is so; after `patience` milliseconds the spec fails with what the last answer was. */
export async function until<T>(ask: () => T | Promise<T>, isSo: (answer: T) => boolean, patience = 10_000): Promise<T> {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (isSo(answer)) return answer;
    if (Date.now() > end) throw new Error(`not so within ${patience} ms: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
