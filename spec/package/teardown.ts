import { rmSync } from 'node:fs';

export default function teardown(): void {
  const folder = process.env.FRONTIER_TOKEN_PACKAGE;
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
