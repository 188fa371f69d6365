/** What changed since an earlier run of the bench, in a few lines. */
import type { BenchComparison, TimeChange } from '../bench/compare.ts';
import { digitText, timeText } from './benchGrids.ts';
import { count, wrap } from './format.ts';

/** Rows that are named; the others are counted. */
const MOST = 6;

function changeLines(word: string, changes: readonly TimeChange[]): string[] {
  if (changes.length === 0) return [];
  const lines = changes
    .slice(0, MOST)
    .map(
      ({ what, before, now, ratio }) =>
        `    ${ratio.toFixed(2)} times  ${what}, ${timeText(before.median)} before, ${timeText(now.median)} now`,
    );
  const more = changes.length > MOST ? [`    and ${changes.length - MOST} more`] : [];
  return [`  ${word}, all quartiles apart (${count(changes.length, 'row')}):`, ...lines, ...more];
}

/** @param file the document of the earlier run */
export function comparisonText(
  { made, rows, common, slower, faster, digits }: BenchComparison,
  file: string,
  width: number,
): string {
  const moved = slower.length + faster.length;
  const all =
    common === null
      ? ''
      : ` The median of all ratios is ${common.toFixed(2)}: what every row shares may be the machine.`;
  const answer =
    rows === 0
      ? 'no row is in both.'
      : `${slower.length} of ${count(rows, 'row')} slower, ${faster.length} faster${moved === 0 ? ': the quartiles of all overlap' : ''}.${all}`;
  return [
    ...wrap(`Against ${file} (${made.slice(0, 10)}): ${answer}`, width),
    ...changeLines('slower', slower),
    ...changeLines('faster', faster),
    ...digits.map(
      ({ backend, steps, before, now }) =>
        `  ${backend}: ${digitText(now)} digits after ${count(steps, 'step')}, before ${digitText(before)}`,
    ),
  ].join('\n');
}
