/** What `snapcheck recommend` prints: the answer, the runners-up, what was measured. */
import type { Candidate, Recommendation } from '../bench/recommend.ts';
import { digitText, timeText } from './benchGrids.ts';
import { count, wrap } from './format.ts';

/** `float64 keeps 13.9 digits, 11 us a step`: the same in the table of the bench. */
export const keepsText = (backend: string, digits: number | null, seconds: number): string =>
  `${backend} keeps ${digitText(digits)} digits, ${timeText(seconds)} a step`;

const textOf = ({ backend, digits, secondsPerStep }: Candidate): string =>
  keepsText(backend, digits, secondsPerStep.median);

const timesText = (x: number): string => `${x < 9.95 ? x.toFixed(1) : Math.round(x)} times as long`;

/** Why digits are not relative to the largest logit. @param when `over 100 steps` */
export const stillText = (when: string): string =>
  `Attention does not move ${when}, to all digits that were measured: logits are judged absolutely, since an error of z is a relative error of e^z.`;

/** The same, for those that have too few digits to see it move; nothing where all do. */
function stillLine({ candidates }: Recommendation, over: string): string {
  const still = candidates.filter(({ attentionMoves }) => !attentionMoves).map(({ backend }) => backend);
  if (still.length === 0) return '';
  if (still.length === candidates.length) return stillText(over);
  return `Attention moves less than ${still.join(', ')} can hold: logits there are judged absolutely, since an error of z is a relative error of e^z.`;
}

/** Lines of a screen of 24 with the prompt. */
const SCREEN = 23;

/** Those lines, or as many as fit beside `beside` others; what is left out is counted. */
const fitted = (lines: readonly (readonly string[])[], beside: number): string[] => {
  const all = lines.flat();
  if (all.length <= SCREEN - beside) return all;
  const kept: string[] = [];
  for (const [i, own] of lines.entries()) {
    if (kept.length + own.length + 1 > SCREEN - beside)
      return [...kept, `  and ${lines.length - i} more: --json`];
    kept.push(...own);
  }
  return kept;
};

/** @param width columns of a line */
export function recommendText(found: Recommendation, width: number): string {
  const { asked, work, recommended, candidates, skipped, interrupted } = found;
  const best = candidates.find(({ backend }) => backend === recommended);
  const limit = asked.within === null ? '' : ` within ${timeText(asked.within)} a step`;
  const over = `over ${count(asked.steps, 'step')}`;
  const answer = best
    ? `${textOf(best)}: ${(best.digits! - asked.digits).toFixed(1)} more than the ${asked.digits} asked for, ${over}${limit}.`
    : interrupted
      ? 'Interrupted before an answer was found.'
      : `Nothing here keeps ${asked.digits} digits ${over}${limit}.`;
  const others = candidates.filter((one) => one !== best);
  // Where nothing is found, the nearest comes first.
  if (!best && others.every(({ keeps }) => !keeps))
    others.sort((a, b) => (b.digits ?? -1) - (a.digits ?? -1));
  const lineOf = (one: Candidate): string => {
    const reasons = [
      ...(one.keeps ? [] : ['too few digits']),
      ...(one.fast ? [] : ['too slow']),
      ...(best && one.keeps && one.fast
        ? [timesText(one.secondsPerStep.median / best.secondsPerStep.median)]
        : []),
    ];
    return `  ${textOf(one)}${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`;
  };
  const above = [...wrap(answer, width), ...wrap(stillLine(found, over), width)];
  const below = wrap(
    `Measured here and now (${work}). Digits: the fewest of Y, Z and J at the steps 1, 10, 100 .. ${asked.steps}, against a reference with at least twice as many. Next: snapcheck bench measures all of them on more worlds.`,
    width,
  );
  const heading = others.length > 0 ? [best ? 'Runners-up:' : 'Measured:'] : [];
  const listed = [
    ...others.map((one) => [lineOf(one)]),
    ...skipped.map(({ backend, why }) => wrap(`${backend}: not measured, ${why}`, width, '  ')),
  ];
  const beside = above.length + heading.length + below.length;
  return [...above, ...heading, ...fitted(listed, beside), ...below].join('\n');
}
