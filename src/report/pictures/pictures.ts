/** The pictures of a report: their file names, what they show, and how each is made. */
import { presets, syntheticProblem } from '../../model/presets.ts';
import { occurrences } from '../../model/problem.ts';
import type { Result } from '../../verify/result.ts';
import type { Picture } from '../markdown.ts';
import { populationAttention } from './populationRun.ts';
import { scanAndSnap } from './scanAndSnap.ts';
import { verdictMap } from './verdictMap.ts';

const RATES = { etaY: 1, etaZ: 1, momentum: 0 };
const STEPS = 1e5;

/** Scan and snap on the small published problem, class 0. */
export async function scanAndSnapPicture(command: string, steps = STEPS): Promise<string> {
  const problem = syntheticProblem(presets['syn-small']);
  const omega = occurrences(problem);
  const [first] = problem.classes;
  return scanAndSnap({
    moments: await populationAttention(problem, RATES, steps),
    tokens: first.tokens.map((l, i) => ({
      probability: first.probabilities[i],
      common: omega.get(l)!.length > 1,
    })),
    onset: (2 * problem.classes.length * Math.log(problem.vocabulary)) / RATES.etaY,
    command,
  });
}

export interface DrawnPicture extends Picture {
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
