/** What `verify` prints: the screen by default, and above it what the user wants in full. */
import type { Result } from '../verify/result.ts';
import { plain } from './colour.ts';
import { counterexamples } from './counterexamples.ts';
import { findingBlock, findingLines } from './findings.ts';
import { bottomLine, type ScreenOptions, screen } from './screen.ts';
import { table } from './table.ts';
import { undecidedBlock } from './undecided.ts';

export interface View {
  /** Claims or rungs were named: their rows are printed in full, and no screen. */
  readonly named?: boolean;
  /** Every row, every undecided world and every finding in full. */
  readonly all?: boolean;
  readonly counterexamples?: boolean;
}

/** Shows findings in words, and the evidence. */
const IN_FULL = 'In full: --all, --report';

/** The last line, and how to see findings in full: on the same line where there is room. */
function ending(result: Result, brief: boolean, width: number): string {
  const lines = bottomLine(result, width);
  if (!brief) return lines.join('\n');
  const last = `${lines[lines.length - 1]}  ${IN_FULL}`;
  return [
    ...lines.slice(0, -1),
    ...(last.length <= width ? [last] : [lines[lines.length - 1], IN_FULL]),
  ].join('\n');
}

export function terminal(result: Result, view: View, options: ScreenOptions = {}): string {
  const { width = 80, paint = plain, statements } = options;
  const { rows, findings } = result;
  const alone = rows.length === 0 && findings.length > 0;
  const full = view.named || view.all;
  const lines = view.named || alone ? findingLines(findings, width, paint) : '';
  const parts = [
    full ? table(result, { width, paint, statements }) : '',
    view.named || view.counterexamples ? counterexamples(result, width, paint) : '',
    full ? undecidedBlock(result, width, paint) : '',
    view.all ? findingBlock(findings, width, paint) : lines,
    view.named || alone ? ending(result, findings.length > 0 && !view.all, width) : screen(result, options),
  ];
  return parts.filter(Boolean).join(alone && !view.all ? '\n' : '\n\n');
}
