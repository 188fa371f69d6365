import type { Result, UndecidedWorld } from '../verify/result.ts';
import { type Paint, plain } from './colour.ts';
import { count, grouped, short, wideCommands, wrap } from './format.ts';

/** What stayed open, to how many digits, in words. */
export function openMargin({ margin, digits }: UndecidedWorld): string {
  const what = margin ? `${margin.name}: margin near ${short(margin.value)} of its scale` : 'an equality';
  return `${what}, open ${digits === null ? 'within the error of its integration' : `with ${digits} digits`}`;
}

/** The undecided worlds of each row: how many, and the first with its margin, its digits and the command that shows it again. */
export function undecidedBlock({ undecided, rows }: Result, width = 100, paint: Paint = plain): string {
  if (undecided.length === 0) return '';
  const worlds = rows.reduce((sum, row) => sum + row.worlds, 0);
  const byRow = new Map<string, UndecidedWorld[]>();
  for (const open of undecided) {
    const row = `${open.claim} on ${open.rung}`;
    byRow.set(row, [...(byRow.get(row) ?? []), open]);
  }
  return [
    `Undecided: ${grouped(undecided.length)} of ${count(worlds, 'world')}`,
    ...[...byRow].map(([row, [first, ...others]]) =>
      [
        `${paint(row, 'bold')}: ${count(others.length + 1, 'world')}${others.length > 0 ? '; all are in --json, the first is' : ''}`,
        ...wrap(openMargin(first), width, '  '),
        `  replay: ${first.replay}`,
        ...wideCommands([`  replay: ${first.replay}`], width),
      ].join('\n'),
    ),
  ].join('\n\n');
}
