import { cpus, loadavg, totalmem } from 'node:os';

/** What figures belong to. */
export function machine() {
  const cores = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cores.length} cores (${cores[0].model.trim()}), ${memory} GiB of memory, Node ${process.version}, ${process.platform} ${process.arch}; load average at the start ${loadavg()[0].toFixed(2)}`;
}
