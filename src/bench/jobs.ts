/** What a run consists of, job by job: each is done or not at all, so that an interrupted run keeps whole rows. */
import { type BenchBackend, Unavailable } from './backend.ts';
import type { Entry } from './backends.ts';
import type { BenchDocument } from './document.ts';
import { populationRow } from './population.ts';
import { CASES, trainingRow } from './published.ts';
import { digitsCost, type Measuring, measureBackend } from './row.ts';
import { type Curve, coarse, curves, measureCurve, referenceCurves } from './scaling.ts';
import type { Budget } from './timing.ts';

/** Rows that a job adds to the document. */
export type Rows = Partial<Pick<BenchDocument, 'backends' | 'training' | 'population' | 'scaling'>>;

export interface BenchJob {
  readonly what: string;
  /** Seconds it is thought to take: for the time left only. */
  readonly cost: number;
  /** @param advance tells that so many of those seconds are behind */
  run(advance: (cost: number) => void): Promise<Rows>;
}

/** What all jobs need. */
export interface Bench extends Omit<Measuring, 'carried' | 'advance'> {
  readonly backends: readonly Entry[];
}

/** Those that train the published problems and many worlds. */
const TRAINERS = ['float64', 'tfjs-wasm', 'tfjs-cpu'];
/** Those with curves: of the trainers, and of the reference. */
const CURVES: Record<string, readonly Curve[]> = {
  float64: curves,
  'tfjs-wasm': curves,
  decimal34: referenceCurves,
};

/** Measurements go on for their budget, or until they have their samples; starting and warming up add to it. */
const budgetCost = ({ seconds }: Budget): number => 1.3 * seconds;

/** A job that needs the backend; without it, it adds nothing: the backend's row says why. */
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
