/** Training on shared work, stopped to look after chosen numbers of steps. It runs in browsers too. */
import type { Parameters } from '../model/transformer.ts';
import type { Session, Trainer } from '../trainers/trainer.ts';
import type { Work } from './work.ts';

/** Y and Z after some steps, and J before the last of them. */
export interface Look extends Parameters<number> {
  readonly steps: number;
  readonly J: number;
}

/** How long other things (an interrupt) are kept waiting, milliseconds. */
const SLICE = 50;

/**
 * Shows the session to `look` after each of `steps` (rising).
 * @throws the signal's reason, once aborted
 */
export async function trainTo<S extends Session>(
  session: S,
  { examples }: Work,
  steps: readonly number[],
  look: (steps: number, loss: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  let turn = performance.now();
  for (let step = 1; step <= steps[steps.length - 1]; step++) {
    const loss = await session.step(examples);
    if (steps.includes(step)) look(step, loss);
    if (performance.now() - turn > SLICE) {
      await new Promise((resolve) => setTimeout(resolve));
      turn = performance.now();
    }
    signal?.throwIfAborted();
  }
}

/** What a trainer that computes in doubles or less has after each of `steps`. */
export async function looks(
  trainer: Trainer,
  work: Work,
  steps: readonly number[],
  signal?: AbortSignal,
): Promise<Look[]> {
  const session = await trainer.start(work.layout, work.start, work.rates);
  const seen: Look[] = [];
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
