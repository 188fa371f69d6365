/** A training in a worker of its own, seen from the page. */
import type { Answer, Format, Frame, Started } from '../protocol.ts';
import type { Setup } from '../setup.ts';
import { labWorker } from '../workerSource.ts';
import { LabCourse } from './course.ts';

/** One worker with one training: at most one request is under way. */
export class Runner {
  readonly format: Format;
  readonly course = new LabCourse();
  started: Started | null = null;
  /** Why it has ended; null while it can train. */
  failure: string | null = null;
  /** Time in steps, to tell their speed. */
  seconds = 0;
  steps = 0;
  #busy = true;
  #ended = false;
  readonly #worker: Worker;
  readonly #changed: (runner: Runner) => void;

  /** @param changed is called after every answer */
  constructor(setup: Setup, format: Format, changed: (runner: Runner) => void) {
    this.format = format;
    this.#changed = changed;
    this.#worker = labWorker();
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#answered(data);
    this.#worker.onerror = (event) =>
      this.#answered({ kind: 'failed', message: event.message || 'the worker ended' });
    this.#worker.postMessage({ kind: 'start', setup, format, base: document.baseURI });
  }

  /** The step where it is; 0 before the start. */
  get step(): number {
    return this.course.now?.step ?? 0;
  }

  get idle(): boolean {
    return !this.#busy && !this.#ended && this.failure === null;
  }

  /** Trains up to a step, or for about so many milliseconds; nothing while an answer is awaited. */
  advance(to: number, milliseconds: number): void {
    if (!this.idle || to <= this.step) return;
    this.#busy = true;
    this.#worker.postMessage({ kind: 'advance', to, milliseconds });
  }

  dispose(): void {
    this.#ended = true;
    this.#worker.terminate();
  }

  #answered(answer: Answer): void {
    if (this.#ended) return;
    if (answer.kind === 'started') {
      this.started = answer;
      return;
    }
    this.#busy = false;
    if (answer.kind === 'failed') this.failure = answer.message;
    if (answer.kind === 'frames') {
      this.course.add(answer.marks, answer.now);
      this.seconds += answer.seconds;
      this.steps += answer.steps;
    }
    this.#changed(this);
  }
}

/** The last frame at or before a step, by bisection; undefined where all are later. */
export function frameAt<T extends Pick<Frame, 'step'>>(frames: readonly T[], step: number): T | undefined {
  let [low, high] = [0, frames.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frames[middle].step <= step) low = middle + 1;
    else high = middle;
  }
  return frames[low - 1];
}
