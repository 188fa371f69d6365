import type { Result, UndecidedWorld } from '../verify/result.ts';
import { type Paint, plain } from './colour.ts';
import { count, short, wrap } from './format.ts';

/** What stayed open, to how many digits, in words. */
export function openMargin({ margin, digits }: UndecidedWorld): string {
  const what = margin ? `${margin.name}: margin near ${short(margin.value)} of its scale` : 'an equality';
  return `${what}, open ${digits === null ? 'within the error of its integration' : `with ${digits} digits`}`;
}

/** Undecided worlds shown on a terminal; the JSON has all. */
const SHOWN = 10;

/** Every undecided world with its margin, its digits and the command that shows it again; nothing when there is none. */
export function undecidedBlock({ undecided, rows }: Result, width = 100, paint: Paint = plain): string {
  if (undecided.length === 0) return '';
  const worlds = rows.reduce((sum, row) => sum + row.worlds, 0);
  const more = undecided.length - SHOWN;
  return [
    `Undecided: ${undecided.length.toLocaleString('en-US')} of ${count(worlds, 'world')}`,
    ...undecided
      .slice(0, SHOWN)
      .map((u) =>
        [
          paint(`${u.claim} on ${u.rung}`, 'bold'),
          ...wrap(openMargin(u), width, '  '),
          `  replay: ${u.replay}`,
        ].join('\n'),
      ),
    ...(more > 0 ? [`and ${more.toLocaleString('en-US')} more, in --json`] : []),
  ].join('\n\n');
}
