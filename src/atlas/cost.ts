/** What a setting costs, estimated from its sizes: the same on every machine, as the cut into jobs must be. */
import { wholeRun } from '../ladder/clock.ts';
import { LOOKS } from './plan.ts';
import type { Setting } from './settings.ts';

/** The middle of the range of etaY, for the number of steps. */
const ETA_Y = 0.75;
/** Tokens of a class where problems are drawn: 2 to 6 distinct ones, and a common one. */
const TOKENS = 5;
/**
 * Seconds of a step of the smallest setting, and how many tokens double them, of expectations and of sampled sequences. Empirical, by the
 * first 24 worlds of each of the 252 settings on a core that others used too: eight in ten took between 0.5 and 1.4 times the estimate, all
 * between 0.3 and 4.3 times.
 */
const STEP = { seconds: 1e-5, expected: 600, sampled: 110 } as const;
/** How much longer a step of another model takes. */
const OTHER_MODEL = 3;

/** Seconds of a world. */
export function secondsOf(setting: Setting): number {
  const { classes, vocabulary, batch, problem, model } = setting;
  const steps = wholeRun({ vocabulary, classes, etaY: ETA_Y });
  const tokens = problem?.classes.reduce((sum, own) => sum + own.tokens.length, 0) ?? TOKENS * classes;
  const work = (batch ?? classes) * (classes + tokens);
  return (
    (model ? OTHER_MODEL : 1) *
    steps *
    STEP.seconds *
    (1 + work / (batch === null ? STEP.expected : STEP.sampled))
  );
}

/** Seconds of a whole setting that is one job; of others, of a block. With the times measured above the longest job takes 9.9 s. */
const JOB = { whole: 4, block: 2 } as const;

/**
 * Most worlds of a job; null where all worlds of the setting are one job. A power of two, so that blocks end at the looks of the plan; it
 * depends on nothing but the setting: a block has the same name in every run.
 */
export function blockOf(setting: Setting): number | null {
  const seconds = secondsOf(setting);
  if (LOOKS[LOOKS.length - 1] * seconds <= JOB.whole) return null;
  return 2 ** Math.max(0, Math.floor(Math.log2(JOB.block / seconds)));
}
