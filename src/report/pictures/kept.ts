/** Results of long runs that ship with the package. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../../', import.meta.url);

/** The JSON in a file of the package, e.g. `fixtures/kill-matrix.json`; undefined where there is none. */
export function keptJson<T>(path: string): T | undefined {
  const file = fileURLToPath(new URL(path, root));
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}
