import { readKeyFile } from '../../credentials/read-key-file.js';
import type { ServiceKey } from '../../credentials/key-file.js';
import { Failure, innermost } from '../failure.js';
import { readText } from '../input.js';

/** @throws Failure (the promise rejects) that names the file */
export async function loadKeyFile(file: string): Promise<ServiceKey> {
  const text = readText(file);
  try {
    return await readKeyFile(text);
  } catch (cause) {
    throw new Failure(`${file} is no key file: ${innermost(cause)}`, { cause });
  }
}
