/** How a stop of the tour takes the page over. */
import type { LabLink } from '../permalink.ts';
import type { Setup } from '../setup.ts';
import type { LabController } from './controller.ts';
import { type TourRun, tourStops } from './tourStops.ts';

/** Fast enough that no stop takes longer than ten seconds. */
const TOUR_SPEED = 7;

const lessMotion = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Sets a run up and plays it to its end; with less motion, it goes there. */
export function playRun(lab: LabController, stop: number, { setup, until, formats = [] }: TourRun): void {
  lab.change({
    ...{ tour: stop, setup: { ...setup }, formats, selected: 0 },
    ...{ logTime: true, speed: TOUR_SPEED },
  });
  if (lessMotion()) lab.goTo(until);
  else lab.play(until);
}

/** Begins a stop with its first run; stops count from 1. */
export function goToStop(lab: LabController, stop: number): void {
  playRun(lab, stop, tourStops[stop - 1].runs[0]);
}

/** The run of a stop that a link is about. */
export const runOf = ({ setup }: LabLink, runs: readonly TourRun[]): TourRun | undefined =>
  runs.find((run) =>
    (Object.keys(setup) as (keyof Setup)[]).every(
      (key) => JSON.stringify(run.setup[key]) === JSON.stringify(setup[key]),
    ),
  );

/**
 * A link that names a stop and no step of one of its trainings, as one writes it into an article, begins that stop. The settings of
 * a stop may be the defaults, which no link names.
 */
export function beginLinkedStop(lab: LabController): boolean {
  const { tour, step } = lab.link;
  if (tour === null) return false;
  const run = runOf(lab.link, tourStops[tour - 1].runs);
  if (run && step > 0) return false;
  if (run) playRun(lab, tour, run);
  else goToStop(lab, tour);
  return true;
}
