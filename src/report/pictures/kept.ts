/** Results of long runs that ship with the package. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BadInput, type Checked } from '../../io/badInput.ts';
import { labelled, readJson } from '../../io/document.ts';

const root = new URL('../../../', import.meta.url);
const MOST_BYTES = 2 ** 26;

/**
 * The document in a file of the package, e.g. `fixtures/kill-matrix.json`; undefined where there is none.
 * @throws BadInput with every fault of a file that was damaged or edited
 */
export function keptJson<T>(path: string, check: (json: unknown) => Checked<T>): T | undefined {
  const file = fileURLToPath(new URL(path, root));
  if (!existsSync(file)) return undefined;
  const read = readJson(file, MOST_BYTES);
  const checked = 'faults' in read ? read : check(read.value);
  if ('faults' in checked) throw new BadInput(labelled(checked, path).faults);
  return checked.value;
}
