/** The stages of a kernel with their worst errors, for a terminal. */
import type { KernelResult } from '../kernels/run.ts';
import type { Paint } from './colour.ts';
import { STAGE_MARKS } from './symbols.ts';

export const stageRatioText = (x: number): string => {
  if (!Number.isFinite(x)) return 'not finite';
  if (x > 0 && x < 0.001) return '< 0.001';
  return x < 1000 ? x.toPrecision(3) : x.toExponential(1);
};

/** A number of units in the last place: two digits. */
export function ulpText(x: number): string {
  if (!Number.isFinite(x)) return 'not finite';
  if (x === 0) return '0';
  if (x < 0.05) return '< 0.1';
  return x < 9.95 ? x.toFixed(1) : x < 99_999.5 ? x.toFixed(0) : x.toExponential(1);
}

/** Every stage with its worst error / bound and worst error in ulp, in as many columns as fit. */
export function stageLines(stages: KernelResult['stages'], width: number, paint: Paint): string[] {
  const cells = stages.map(({ stage, worstRatio, worstUlp, spread, verdict }) => ({
    verdict,
    texts: [stage, stageRatioText(worstRatio), ulpText(worstUlp), ...(spread ? [ulpText(spread.ulp)] : [])],
  }));
  const most = Math.max(...cells.map(({ texts }) => texts.length));
  const widths = Array.from({ length: most }, (_, i) =>
    Math.max(...cells.map(({ texts }) => texts[i]?.length ?? 0)),
  );
  const columns = Math.max(1, Math.min(3, Math.floor(width / (widths.reduce((a, b) => a + b + 1) + 5))));
  const lines = cells.map(({ verdict, texts }) => {
    const mark = paint(STAGE_MARKS[verdict].symbol, verdict === 'pass' ? 'green' : 'red');
    const [name, ...numbers] = widths.map((w, i) =>
      i === 0 ? texts[0].padEnd(w) : (texts[i] ?? '').padStart(w),
    );
    return `  ${mark} ${[name, ...numbers].join(' ')}`;
  });
  return lines.flatMap((_, i) => (i % columns === 0 ? [lines.slice(i, i + columns).join(' ')] : []));
}

export const stagesTitle = ({ nondeterministic }: KernelResult): string =>
  nondeterministic
    ? 'Each stage: worst error / bound, worst error in ulp, spread of equal calls in ulp:'
    : 'Worst error of each stage, as error / bound and in ulp:';
