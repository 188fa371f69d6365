/** How fast the training is to go. */
import type { LabLink } from '../permalink.ts';

/** Steps a second, by speed. */
export const STEPS_A_SECOND = [1, 3, 10, 30, 100, 300, 1000, 3000, 10000] as const;
/** In logarithmic time: doublings of the step a second, by speed. */
export const DOUBLINGS_A_SECOND = [0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3] as const;
/** Logarithmic time grows from this step on as it does there, since nothing doubles from 0. */
const FROM = 8;
/** Longest time between two pictures that counts, seconds: after a pause of the browser nothing jumps. */
const MOST_SECONDS = 0.1;

/** Turns time into the step that is due. */
export class PlayClock {
  #last: number | null = null;
  #due = 0;

  begin(step: number): void {
    this.#last = null;
    this.#due = step;
  }

  rest(): void {
    this.#last = null;
  }

  /**
   * @param time of the picture, milliseconds
   * @param step where the training is: what it could not do in time is not owed
   * @returns the step to train to
   */
  tick(time: number, { speed, logTime }: Pick<LabLink, 'speed' | 'logTime'>, step: number): number {
    const seconds = this.#last === null ? 1 / 60 : Math.min(MOST_SECONDS, (time - this.#last) / 1000);
    this.#last = time;
    const ahead = logTime
      ? Math.LN2 * DOUBLINGS_A_SECOND[speed - 1] * Math.max(step, FROM)
      : STEPS_A_SECOND[speed - 1];
    this.#due = Math.min(this.#due, step + 1 + ahead * MOST_SECONDS) + ahead * seconds;
    return Math.floor(this.#due);
  }
}
