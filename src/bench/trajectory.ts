/** Trains on the shared work and observes the state after chosen numbers of steps. Also runs in browsers. */
import type { Parameters } from '../model/transformer.ts';
import type { Session, Trainer } from '../trainers/trainer.ts';
import type { Work } from './work.ts';

/** Y and Z after some steps, and J before the last step. */
export interface Observation extends Parameters<number> {
  readonly steps: number;
  readonly J: number;
}

/** Longest time without handling other events (such as a signal), in milliseconds. */
const SLICE = 50;

/**
 * Trains, and calls `observe` after each of `steps` (ascending).
 * @throws the signal's reason, after an abort
 */
export async function trainTo<S extends Session>(
  session: S,
  { examples }: Work,
  steps: readonly number[],
  observe: (steps: number, loss: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  let turn = performance.now();
  for (let step = 1; step <= steps[steps.length - 1]; step++) {
    const loss = await session.step(examples);
    if (steps.includes(step)) observe(step, loss);
    if (performance.now() - turn > SLICE) {
      await new Promise((resolve) => setTimeout(resolve));
      turn = performance.now();
    }
    signal?.throwIfAborted();
  }
}

/** The states of a float64 or float32 trainer after each of `steps`. */
export async function observations(
  trainer: Trainer,
  work: Work,
  steps: readonly number[],
  signal?: AbortSignal,
): Promise<Observation[]> {
  const session = await trainer.start(work.layout, work.start, work.rates);
  const seen: Observation[] = [];
  try {
    await trainTo(
      session,
      work,
      steps,
      (at, loss) => seen.push({ steps: at, J: -loss, ...session.read() }),
      signal,
    );
  } finally {
    session.dispose();
  }
  return seen;
}
