/** The kept frames as a table for other programs. */
import type { Frame, LabClass } from '../protocol.ts';
import type { LabWorld } from '../worlds.ts';
import { tokenName } from './words.ts';

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const cell = (x: number | null): string => (x === null ? '' : String(x));

/** A row a step: loss, then of every class entropy, effective numbers, chi and attention by token. Numbers have all their digits. */
export function marksCsv(frames: readonly Frame[], classes: readonly LabClass[], world: LabWorld): string {
  const head = classes.flatMap(({ tokens }, n) => [
    ...['entropy', 'effective distinct', 'effective', 'chi'].map((name) => `${name} of class ${n + 1}`),
    ...tokens.map((token) => quoted(`attention of class ${n + 1} to ${tokenName(world, token)}`)),
  ]);
  const rows = frames.map(({ step, loss, classes: states }) =>
    [
      String(step),
      cell(loss),
      ...states.flatMap(({ entropy, effectiveDistinct, effective, chi, attention }) =>
        [entropy, effectiveDistinct, effective, chi, ...attention].map(cell),
      ),
    ].join(','),
  );
  return `${[['step', 'loss', ...head].join(','), ...rows].join('\n')}\n`;
}
