/** The two-timescale curve from the same start, computed in a worker as far as it is looked at. */
import type { Answer, TheoryPoint } from '../protocol.ts';
import type { Setup } from '../setup.ts';
import { labWorker } from '../workerSource.ts';

/** First horizon, and by how much the next is farther than the step. */
const [FIRST, AHEAD] = [256, 4];

export class TheoryRun {
  points: readonly TheoryPoint[] | null = null;
  /** Why there is no curve; empty where there is one, or it is awaited. */
  why = '';
  #to = 0;
  #busy = false;
  #ended = false;
  readonly #worker: Worker;
  readonly #setup: Setup;

  constructor(setup: Setup, changed: () => void) {
    this.#setup = setup;
    this.#worker = labWorker();
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if (this.#ended) return;
      this.#busy = false;
      // A curve that ends on its way is shown as far as it came.
      if (data.kind === 'theory' && data.points !== null) this.points = data.points;
      if (data.kind === 'theory') this.why = data.why;
      if (data.kind === 'failed') this.why = data.message;
      changed();
    };
    this.reach(0);
  }

  /** Asks for the curve up to a step, unless it is known or on its way. */
  reach(step: number): void {
    if (this.#busy || this.#ended || this.why !== '' || (this.#to > 0 && step < this.#to)) return;
    this.#to = Math.max(FIRST, step * AHEAD);
    this.#busy = true;
    this.#worker.postMessage({ kind: 'theory', setup: this.#setup, to: this.#to });
  }

  dispose(): void {
    this.#ended = true;
    this.#worker.terminate();
  }
}
