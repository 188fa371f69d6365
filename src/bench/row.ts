/** Measures a backend on the shared work: correct digits, time of a step, memory. */
import { type BenchBackend, Unavailable } from './backend.ts';
import type { Entry } from './backends.ts';
import { attentionMoves, containsAll, correctDigits, summary } from './digits.ts';
import type { BackendRow } from './document.ts';
import { exponentials, type References, referenceDigits } from './references.ts';
import type { BenchSizes } from './sizes.ts';
import type { Work } from './work.ts';

/** Estimated seconds per step, from measurements on two cores; used only for the remaining time. */
function stepCost({ id, digits }: Pick<Entry, 'id' | 'digits'>, work: Work): number {
  if (id === 'tfjs-webgl') return 6e-3;
  if (id.startsWith('tfjs')) return 8e-4;
  if (id === 'double-double') return 5e-4;
  if (digits < 20) return 1e-5;
  const perExponential = 1.1e-4 * (digits / 34) ** 1.3 * (id.startsWith('mpfr') ? 0.05 : 1);
  return exponentials(work) * perExponential * (id.includes('interval') ? 2.2 : 1);
}

const worldsOf = ({ digits }: Entry, carried: readonly number[], references: References) => {
  const needed = referenceDigits(digits, carried);
  return { needed, worlds: references.worlds(needed) };
};

/** Estimated seconds for the digits of a backend and its share of the references. */
export function digitsCost(
  entry: Entry,
  carried: readonly number[],
  references: References,
  steps: readonly number[],
): number {
  const { needed, worlds } = worldsOf(entry, carried, references);
  const sharing = carried.filter((p) => referenceDigits(p, carried) === needed).length;
  const perStep = (work: Work) =>
    stepCost(entry, work) +
    stepCost({ id: references.fast ? 'mpfr' : 'decimal', digits: needed }, work) / sharing;
  return Math.max(...steps) * worlds.reduce((sum, work) => sum + perStep(work), 0);
}

export interface Measuring {
  /** Digits of all backends in the run. */
  readonly carried: readonly number[];
  readonly references: References;
  /** The work on which time and memory are measured. */
  readonly timed: Work;
  readonly sizes: BenchSizes;
  readonly signal?: AbortSignal;
  advance(cost: number): void;
}

/** The row of a backend; if it cannot run, a row with the reason. */
export async function measureBackend(entry: Entry, measuring: Measuring): Promise<BackendRow> {
  try {
    const backend = await entry.open();
    return await measured(entry, backend, measuring).finally(() => backend.close());
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return { backend: entry.id, digits: [], secondsPerStep: null, memory: null, skipped: error.message };
  }
}

async function measured(
  entry: Entry,
  backend: BenchBackend,
  { carried, references, timed, sizes, signal, advance }: Measuring,
): Promise<BackendRow> {
  const { needed, worlds } = worldsOf(entry, carried, references);
  const cost = digitsCost(entry, carried, references, sizes.steps) / worlds.length;
  const digits: number[][] = [];
  let contains = true;
  let moves = false;
  for (const work of worlds) {
    const reference = await references.of(work, needed);
    const got = await backend.run(work, sizes.steps, signal);
    digits.push(correctDigits(got, reference, backend.digits));
    contains &&= got.every((look, i) => containsAll(look, reference[i]));
    moves ||= reference.some((look) => attentionMoves(look, backend.digits));
    advance(cost);
  }
  return {
    backend: entry.id,
    digits: sizes.steps.map((steps, i) =>
      summary(
        steps,
        digits.map((world) => world[i]),
      ),
    ),
    secondsPerStep: await backend.time(timed, sizes.step),
    memory: await backend.memory(timed),
    worlds: worlds.length,
    ...(!moves && { attentionMoves: false as const }),
    ...(backend.encloses && { contains }),
    ...(backend.note !== undefined && { note: backend.note }),
  };
}
