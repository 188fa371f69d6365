/** The pictures of a report: their file names, what they show, and how each is made. */
import { presets, syntheticProblem } from '../../model/presets.ts';
import { occurrences } from '../../model/problem.ts';
import type { Result } from '../../verify/result.ts';
import type { Picture } from '../markdown.ts';
import { type AttentionAtTime, attentionOverTime } from './populationRun.ts';
import { type ScanAndSnapData, scanAndSnap } from './scanAndSnap.ts';
import { verdictMap } from './verdictMap.ts';

const RATES = { etaY: 1, etaZ: 1, momentum: 0 };
const STEPS = 1e5;

/** Runs that were made, by their steps: a report shows one in several pictures, and it takes a second. */
const made = new Map<number, Promise<AttentionAtTime[]>>();

/** Attention of class 0 of the small published problem, in expected gradient ascent from zero. */
export async function smallProblemRun(command?: string, steps = STEPS): Promise<ScanAndSnapData> {
  const problem = syntheticProblem(presets['syn-small']);
  const run = made.get(steps) ?? attentionOverTime(problem, RATES, steps);
  made.set(steps, run);
  const omega = occurrences(problem);
  const [first] = problem.classes;
  return {
    moments: await run,
    tokens: first.tokens.map((l, i) => ({
      probability: first.probabilities[i],
      common: omega.get(l)!.length > 1,
    })),
    onset: (2 * problem.classes.length * Math.log(problem.vocabulary)) / RATES.etaY,
    command,
  };
}

/** Scan and snap on that run. */
export const scanAndSnapPicture = async (command: string, steps = STEPS): Promise<string> =>
  scanAndSnap(await smallProblemRun(command, steps));

interface DrawnPicture extends Picture {
  readonly svg: string;
}

/** Every picture of a report; the map of verdicts is left out when there is no verdict. */
export async function pictures(result: Result, command: string): Promise<DrawnPicture[]> {
  const drawn: DrawnPicture[] = [
    {
      file: 'scan-and-snap.svg',
      alt: 'Attention scans its tokens, then snaps',
      svg: await scanAndSnapPicture(command),
    },
  ];
  if (result.rows.length > 0)
    drawn.unshift({
      file: 'verdicts.svg',
      alt: 'What holds on which rung',
      svg: verdictMap(result.rows, command),
    });
  return drawn;
}
