/** The jobs of a run. A job is finished or dropped, so that an interrupted run has only complete rows. */
import { type BenchBackend, Unavailable } from './backend.ts';
import type { Entry } from './backends.ts';
import type { BenchDocument } from './document.ts';
import { populationRow } from './population.ts';
import { CASES, trainingRow } from './published.ts';
import { digitsCost, type Measuring, measureBackend } from './row.ts';
import { type Curve, coarse, curves, measureCurve, referenceCurves } from './scaling.ts';
import type { Budget } from './timing.ts';

/** The rows that a job adds to the document. */
export type Rows = Partial<Pick<BenchDocument, 'backends' | 'training' | 'population' | 'scaling'>>;

interface BenchJob {
  readonly what: string;
  /** Estimated seconds; used only for the remaining time. */
  readonly cost: number;
  /** @param advance called with the estimated seconds of finished work */
  run(advance: (cost: number) => void): Promise<Rows>;
}

/** Shared by all jobs. */
interface Bench extends Omit<Measuring, 'carried' | 'advance'> {
  readonly backends: readonly Entry[];
  /** Whether there is nothing but the digits, times and memory of the work. */
  readonly alone?: boolean;
}

/** Backends that train the published problems and many worlds. */
const TRAINERS = ['float64', 'tfjs-wasm', 'tfjs-cpu'];
/** Backends with scaling curves. */
const CURVES: Record<string, readonly Curve[]> = {
  float64: curves,
  'tfjs-wasm': curves,
  decimal34: referenceCurves,
};

/** A measurement takes its budget, plus start and warm-up. */
const budgetCost = ({ seconds }: Budget): number => 1.3 * seconds;

/** A job that needs the backend. If the backend is unavailable it adds nothing; the backend's row states the reason. */
const withBackend =
  (entry: Entry, run: (backend: BenchBackend) => Promise<Rows>) => async (): Promise<Rows> => {
    try {
      const backend = await entry.open();
      return await run(backend).finally(() => backend.close());
    } catch (error) {
      if (error instanceof Unavailable) return {};
      throw error;
    }
  };

function* trainingJobs(bench: Bench, entry: Entry): Generator<BenchJob> {
  const { sizes, signal } = bench;
  for (const published of CASES)
    for (const init of ['zero', 'uniform'] as const)
      yield {
        what: `${entry.id}: published training, M = ${published.problem.vocabulary}, ${init} start`,
        cost: budgetCost(sizes.training),
        run: withBackend(entry, async ({ trainer }) => ({
          training: [await trainingRow(entry.id, trainer!, published, init, sizes.training, signal)],
        })),
      };
  yield {
    what: `${entry.id}: ${sizes.worlds} worlds at once`,
    cost: budgetCost(sizes.step),
    run: withBackend(entry, async ({ worlds }) => ({
      population: [await populationRow(entry.id, worlds!, sizes.worlds, sizes.step)],
    })),
  };
}

export function* jobsOf(bench: Bench): Generator<BenchJob> {
  const { backends, references, sizes, signal } = bench;
  const carried = backends.map(({ digits }) => digits);
  for (const entry of backends)
    yield {
      what: `${entry.id}: digits, time, memory`,
      cost: digitsCost(entry, carried, references, sizes.steps) + budgetCost(sizes.step),
      run: async (advance) => ({
        backends: [await measureBackend(entry, { ...bench, carried, advance })],
      }),
    };
  if (bench.alone) return;
  for (const entry of backends.filter(({ id }) => TRAINERS.includes(id))) yield* trainingJobs(bench, entry);
  for (const entry of backends)
    for (const full of CURVES[entry.id] ?? []) {
      const curve = sizes.coarse ? coarse(full) : full;
      yield {
        what: `${entry.id}: growth in ${curve.variable}`,
        cost: curve.grid.length * budgetCost(sizes.point),
        run: withBackend(entry, async (backend) => ({
          scaling: [await measureCurve(entry.id, backend, curve, sizes.point, signal)],
        })),
      };
    }
}
