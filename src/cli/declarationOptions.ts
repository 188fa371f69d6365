/** Options that declare the arithmetic of a kernel that is a command. */
import { shown } from '../io/place.ts';
import { inRange, rangeText } from '../io/range.ts';
import { suggestion } from '../io/suggest.ts';
import { ACCUMULATORS, type Declaration, LOW_PRECISIONS, STAGES, type Stage } from '../kernels/kernel.ts';
import { EXP_ERRORS } from '../kernels/sizes.ts';
import { choiceText, NUMBER, type Option, type Refuse, rare, wordOption } from './options.ts';

/** An error of exp: a number of u, or `a+bx`, a + b |x| units in the last place. */
function expError(word: string, refuse: Refuse): Declaration['expError'] {
  const [first, slope, ...more] = word.split('+');
  const grows = slope?.endsWith('x') ?? false;
  const texts = slope === undefined ? [first] : [first, slope.slice(0, -1)];
  const [a, b = 0] = texts.map(Number);
  const written = more.length === 0 && texts.every((text) => NUMBER.test(text));
  if (written && grows === (slope !== undefined) && inRange(a, EXP_ERRORS) && b >= 0 && b <= EXP_ERRORS.high)
    return grows ? { ulps: a, perUnit: b } : a;
  return refuse(
    `expected a number ${rangeText(EXP_ERRORS)}, in u, or a+bx with such numbers, in units in the last place, as 3+2x`,
    shown(word),
  );
}

/** Pairs stage=format, each stage once. */
const formatsOption = <F extends string>(
  says: string,
  formats: readonly F[],
): Option<Partial<Record<Stage, F>> | undefined> => ({
  ...{ takes: '<f...>', says, fallback: undefined },
  read: (words, refuse) => {
    const pairs = words.map((word) => {
      const [stage, format, ...more] = word.split('=');
      if (format === undefined || more.length > 0) return refuse('expected stage=format', shown(word));
      for (const [name, known] of [
        [stage, STAGES],
        [format, formats],
      ] as const)
        if (!(known as readonly string[]).includes(name))
          return refuse(choiceText(known), `${shown(name)} in ${shown(word)}`, suggestion(name, known));
      return [stage, format] as const;
    });
    const stages = pairs.flatMap((pair) => pair?.[0] ?? []);
    const twice = stages.find((stage, i) => stages.indexOf(stage) < i);
    if (twice !== undefined) return refuse('expected each stage once', `${shown(twice)} twice`);
    if (!pairs.every((pair) => pair !== undefined)) return undefined;
    return Object.fromEntries(pairs) as Partial<Record<Stage, F>>;
  },
});

export const declarationOptions = {
  expError: rare(
    wordOption(
      '<e>',
      "error of --command's exp: 8, in units of roundoff (default 4), or 3+2x, 3 + 2 |x| in the last place",
      undefined,
      expError,
    ),
  ),
  stagePrecision: rare(
    formatsOption(`stages of --command in ${LOW_PRECISIONS.join(', ')}, as logits=bfloat16`, LOW_PRECISIONS),
  ),
  accumulate: rare(
    formatsOption(
      'formats in which stages add up, as logits=bfloat16 (default float32 for those of --stage-precision)',
      ACCUMULATORS,
    ),
  ),
};
