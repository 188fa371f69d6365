/** Two kernels compared, for a terminal and as JSON. */
import { safeLine } from '../io/text.ts';
import type { KernelComparison } from '../kernels/compare.ts';
import type { KernelResult } from '../kernels/run.ts';
import type { Paint } from './colour.ts';
import { count, wrap } from './format.ts';
import { answerOf, jsonNumber } from './kernelReport.ts';
import { stageRatioText, ulpText } from './kernelStages.ts';
import { NOTHING } from './symbols.ts';

const percent = (part: number, all: number): string =>
  part === all ? '100 %' : `${Math.min(99.9, Math.round((1000 * part) / all) / 10)} %`;

/** What a kernel that passes is warned of. */
const warned = ({ warnings }: KernelResult): string =>
  warnings.length > 0 ? `, with a warning: ${warnings.map(({ id }) => id).join(', ')}` : '';

/** Both answers, then how far the kernels lie apart in each stage that both show. */
export function pairText(
  results: readonly KernelResult[],
  { dtype, cases, calls, unanswered, stages }: KernelComparison,
  width: number,
  paint: Paint,
): string {
  const answers = results.flatMap((result) =>
    wrap(`${safeLine(result.kernel)}: ${answerOf(result)}${warned(result)}`, width, '  '),
  );
  const rows = [
    ['stage', 'equal', 'ulp', 'of the bound', 'case'],
    ...stages.map(({ stage, numbers, equal, worstUlp, worstRatio, case: at }) => [
      ...[stage, percent(equal, numbers), ulpText(worstUlp), stageRatioText(worstRatio)],
      at === null ? NOTHING : String(at + 1),
    ]),
  ];
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const lines = rows.map((row, k) => {
    const text = row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ');
    return k === 0 ? paint(`  ${text}`, 'dim') : `  ${text}`;
  });
  const missing = unanswered > 0 ? `; ${count(unanswered, 'call')} without both answers` : '';
  return [
    paint('Two kernels', 'bold'),
    ...answers,
    '',
    ...wrap(
      `How far they lie apart, in ${count(cases, 'case')}, ${count(calls, 'call')} (${dtype}${missing}): numbers that are equal; the largest distance in ulp, and as a multiple of the error bound of the first. Two correct kernels of the same arithmetic lie at most 2 bounds apart. What each alone shows: \`snapcheck kernel\` with one of them.`,
      width,
    ),
    ...lines,
  ].join('\n');
}

/** Infinity has no place in JSON. */
export const comparisonDocument = (comparison: KernelComparison): object => ({
  ...comparison,
  stages: comparison.stages.map((stage) => ({
    ...stage,
    ...{ worstUlp: jsonNumber(stage.worstUlp), worstRatio: jsonNumber(stage.worstRatio) },
  })),
});
