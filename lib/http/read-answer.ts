/**
 * The body of an answer, as text. One that is longer, or takes too long, ends its request: it might have no end.
 *
 * @param limit bytes
 * @param signal the one that was given to `fetch`, which may forget it with the next garbage collection once the head
 *   has come (undici's, in Node 20)
 * @throws Error (the promise rejects)
 */
export async function readAnswer(response: Response, limit: number, signal: AbortSignal): Promise<string> {
  if (response.body === null) return '';
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const end = (): void => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', end, { once: true });
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      size += read.value.length;
      if (size > limit) throw new Error(`the answer has more than ${limit} bytes`);
      chunks.push(read.value);
    }
    signal.throwIfAborted();
  } finally {
    end();
    signal.removeEventListener('abort', end);
  }
  return Buffer.concat(chunks).toString();
}
