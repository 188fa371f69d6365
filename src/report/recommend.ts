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
  return [
    ...wrap(answer, width),
    ...(others.length > 0 ? [best ? 'Runners-up:' : 'Measured:', ...others.map(lineOf)] : []),
    ...skipped.flatMap(({ backend, why }) => wrap(`${backend}: not measured, ${why}`, width, '  ')),
    ...wrap(
      `Measured here and now (${work}). Digits: the fewest of Y, Z and J at the steps 1, 10, 100 .. ${asked.steps}, against a reference with at least twice as many. Next: snapcheck bench measures all of them on more worlds.`,
      width,
    ),
  ].join('\n');
}
