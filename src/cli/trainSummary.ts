import { paperModel } from '../model/model.ts';
import { occurrences, type Problem } from '../model/problem.ts';
import { count, duration, wrap } from '../report/format.ts';
import type { Experiment, ExperimentResult, Run } from '../trainers/experiment.ts';

const WIDTH = 80;
const BLOCKS = '▁▂▃▄▅▆▇█';
/** The most bars in a line; of a larger class the tokens with most attention are shown, in their order. */
const MOST_BARS = 64;

const bar = (x: number, most: number): string =>
  BLOCKS[Math.min(BLOCKS.length - 1, Math.floor((x / most) * BLOCKS.length))];

/** `▂▂▂▂│▁▂▄█`: common tokens, then distinct ones, relative to the largest of the class. */
export function classBars(attention: readonly number[], distinct: readonly boolean[]): string {
  const most = Math.max(...attention);
  const shown = new Set(
    attention
      .map((_, i) => i)
      .sort((i, j) => attention[j] - attention[i])
      .slice(0, MOST_BARS),
  );
  const draw = (kind: boolean) =>
    attention.map((x, i) => (distinct[i] === kind && shown.has(i) ? bar(x, most) : '')).join('');
  return `${draw(false)}│${draw(true)}`;
}

/** The classes in at most `most` lines; those that do not fit are counted. */
function picture(problem: Problem, attention: readonly (readonly number[])[], most: number): string[] {
  const lines: string[] = [];
  const classes = classPictures(problem, attention);
  for (const [n, own] of classes.entries()) {
    const left = classes.length - n;
    if (lines.length + own.length + (left > 1 ? 1 : 0) > most)
      return [...lines, `  and ${count(left, 'more next token')}: --report shows them, --json has all.`];
    lines.push(...own);
  }
  return lines;
}

function classPictures(problem: Problem, attention: readonly (readonly number[])[]): string[][] {
  const omega = occurrences(problem);
  return problem.classes.map((c, n) => {
    const distinct = c.tokens.map((l) => omega.get(l)!.length === 1);
    const top = attention[n].indexOf(Math.max(...attention[n]));
    const share = (100 * attention[n][top]).toFixed(1);
    const kind = distinct[top] ? 'distinct' : 'common';
    const bars = `  next ${c.next}, query ${c.query}  ${classBars(attention[n], distinct)}`;
    const most = `  most: token ${c.tokens[top]} (${kind}) ${share} %`;
    return bars.length + most.length <= WIDTH ? [bars + most] : [bars, `  ${most}`];
  });
}

const fixed = (x: number | null | undefined): string => (x === null || x === undefined ? '-' : x.toFixed(4));

/** Losses fall over decades: five digits of any size. */
const digits = (x: number | undefined): string =>
  x === undefined ? '-' : Math.abs(x) < 1e-3 && x !== 0 ? x.toExponential(4) : x.toPrecision(5);

const runLine = ({ seed, losses, distinctEntropy }: Run): string =>
  [
    String(seed).padStart(8),
    digits(losses[0]).padStart(12),
    digits(losses.at(-1)).padStart(12),
    fixed(distinctEntropy).padStart(18),
  ].join('');

/** Lines of a screen of 24 with the prompt, and of it for the classes at least: two have room, with both their lines. */
const [SCREEN, LEAST_CLASSES] = [23, 4];

/** Runs that are listed by their seeds at most; the others are counted. */
const MOST_SEEDS = 10;

/** The runs whose numbers are no longer finite, and since which step. It comes first: all that follows is about the others. */
function divergedText({ diverged }: ExperimentResult, seeds: number): string[] {
  if (diverged.length === 0) return [];
  const listed = diverged.slice(0, MOST_SEEDS).map(({ seed, step }) => `seed ${seed} at step ${step}`);
  const more = diverged.length > MOST_SEEDS ? `, and ${diverged.length - MOST_SEEDS} more` : '';
  return [
    ...wrap(
      `${diverged.length} of ${count(seeds, 'run')} reached numbers that are not finite: ${listed.join(', ')}${more}.`,
      WIDTH,
    ),
    ...wrap(
      'Numbers grew until they were too large to hold: the learning rates (--eta-z, --ratio) are too large for this problem. Such a run has no final values; it is not counted below.',
      WIDTH,
    ),
    '',
  ];
}

const optimiserText = ({ optimiser = 'sgd', momentum }: Experiment): string =>
  optimiser === 'sgd' ? `momentum ${momentum}` : optimiser;

/** What differs from the paper's model, each after a comma. */
function modelText({ model = paperModel, layout }: Experiment): string {
  const { attention, normaliser, residual, heads } = model;
  return [
    attention.id === paperModel.attention.id ? [] : `${attention.id} attention`,
    normaliser === paperModel.normaliser ? [] : normaliser === 'none' ? 'no normalisation' : normaliser,
    residual === 0 ? [] : `the query with ${residual}`,
    heads === 1 ? [] : `${heads} heads`,
    layout ? `${layout} layout` : [],
  ]
    .flat()
    .map((what) => `, ${what}`)
    .join('');
}

/** A line for each of the first `most` runs; the others are counted. */
const runLines = (runs: readonly Run[], most: number): string[] => [
  '    seed  first loss   last loss  distinct entropy',
  ...runs.slice(0, most).map(runLine),
  ...(runs.length > most ? [`  and ${count(runs.length - most, 'more run')}: --json`] : []),
];

/**
 * What `snapcheck train` prints: entropy and the final attention, a line per run, and what was trained.
 * @param below lines that follow it on the screen
 */
export function trainSummary(
  experiment: Experiment,
  trainer: string,
  result: ExperimentResult,
  below = 0,
): string {
  const { problem, etaY, etaZ, batch, length, expected, steps, init, seeds } = experiment;
  const { runs, diverged, distinctEntropy, seconds } = result;
  const ended = runs.length + diverged.length;
  const answer = [
    ...divergedText(result, seeds),
    ...(ended < seeds ? [`Interrupted: ${ended} of ${seeds} runs finished.`] : []),
    ...(distinctEntropy.mean === null
      ? []
      : [
          `Entropy of attention over distinct tokens: ${fixed(distinctEntropy.mean)}${runs.length > 1 ? ` +- ${fixed(distinctEntropy.std)}` : ''} nats over ${count(runs.length, 'run')}.`,
        ]),
    ...(runs.length > 0
      ? [`Attention at the end of seed ${runs[0].seed}, common tokens │ distinct tokens:`]
      : []),
  ];
  const restOf = (most: number) => [
    ...(runs.length > 0 ? ['', ...runLines(runs, most)] : []),
    ...wrap(
      `${problem.vocabulary} tokens, ${count(problem.classes.length, 'next token')}; ${trainer}; etaY ${etaY}, etaZ ${etaZ}, ${optimiserText(experiment)}, ${expected ? 'expected gradient' : `batch ${batch}, T ${length}`}, ${count(steps, 'step')}, ${init} start${modelText(experiment)}; ${duration(seconds)} of training.`,
      WIDTH,
    ),
    'More: --report <dir> (pictures, every step), --watch, --json.',
  ];
  const room = (rest: readonly string[]) => SCREEN - below - answer.length - rest.length;
  let most = MOST_SEEDS;
  while (most > 1 && room(restOf(most)) < LEAST_CLASSES) most -= 1;
  const rest = restOf(most);
  const classes =
    runs.length > 0 ? picture(problem, runs[0].attention, Math.max(LEAST_CLASSES, room(rest))) : [];
  return [...answer, ...classes, ...rest].join('\n');
}
