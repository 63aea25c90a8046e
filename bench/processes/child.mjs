import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * A process of its own, so that none waits for another's event loop. It ends with this one, and this one with it.
 *
 * @param file beside this one
 * @param first what it is told, and answers once it is ready
 * @param execArgv flags for Node
 * @returns that first answer, a function that asks it, one question after the other, and one that ends it
 */
export async function startChild(file, first, execArgv = []) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    env: { ...process.env, NODE_ENV: 'production' },
    execArgv,
    // What it prints is no part of the report.
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const exit = once(child, 'exit');
  const failure = exit.then(([code, signal]) => {
    throw new Error(`${file} ended with ${code ?? signal}`);
  });
  failure.catch(() => undefined);
  const ask = async (message) => {
    child.send(message);
    const [answer] = await Promise.race([once(child, 'message'), failure]);
    return answer;
  };
  const end = async () => {
    child.disconnect();
    await exit;
  };
  return { ready: await ask(first), ask, end };
}

/** The other side: each message is answered with what `answer` makes of it. */
export function answerParent(answer) {
  process.on('message', async (message) => process.send(await answer(message)));
  process.on('disconnect', () => process.exit());
}
