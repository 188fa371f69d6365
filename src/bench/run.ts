/** `snapcheck bench`: every backend on the same work, published training, many worlds, and curves of growth. */
import { type Backend, Unavailable } from './backend.ts';
import { type Entry, entries } from './backends.ts';
import type { BenchDocument } from './document.ts';
import { machine } from './machine.ts';
import { populationRow } from './population.ts';
import { CASES, trainingRow } from './published.ts';
import { References } from './references.ts';
import { digitsCost, measureBackend } from './row.ts';
import { coarse, curves, measureCurve, referenceCurves } from './scaling.ts';
import { FULL, type Sizes } from './sizes.ts';
import type { Budget } from './timing.ts';
import { RATES, sharedWork } from './work.ts';

/** Backends that train the published problems and many worlds. */
const TRAINERS = ['float64', 'tfjs-wasm', 'tfjs-cpu'];
/** Those with curves: of the trainers, and of the reference. */
const CURVES: Record<string, typeof curves> = {
  float64: curves,
  'tfjs-wasm': curves,
  decimal34: referenceCurves,
};

export interface BenchOptions {
  /** The command that is run, for the record. */
  readonly command: string;
  readonly sizes?: Sizes;
  readonly backends?: readonly Entry[];
  readonly signal?: AbortSignal;
  /** The share of the run that is behind, as far as estimates go, and what is being done. */
  readonly onProgress?: (fraction: number, what: string) => void;
}

/** A part of the run, done or not at all. */
interface Job {
  readonly what: string;
  /** Seconds it is thought to take: for the time left only. */
  readonly cost: number;
  /** @param advance tells that so many of those seconds are behind */
  run(advance: (cost: number) => void): Promise<void>;
}

/** Measurements go on for their budget, or until they have their samples; starting and warming up add to it. */
const budgetCost = ({ seconds }: Budget): number => 1.3 * seconds;

/** Backends stay open from their first job to the end of the run. */
class Opened {
  readonly #open = new Map<string, Promise<Backend>>();
  get({ id, open }: Entry): Promise<Backend> {
    const opened = this.#open.get(id) ?? open();
    this.#open.set(id, opened);
    return opened;
  }
  async close(): Promise<void> {
    for (const backend of this.#open.values()) await backend.then((b) => b.close()).catch(() => {});
  }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer R)[] ? R[] : T[K] };

/**
 * Runs it all; once aborted, what is finished by then.
 * @throws what a backend throws, unless it cannot run here: then its row says why
 */
export async function runBench(options: BenchOptions): Promise<BenchDocument> {
  const { command, sizes = FULL, backends = entries, signal, onProgress } = options;
  const begun = performance.now();
  const works = await sharedWork(sizes.random);
  const references = new References(works, sizes.steps, signal);
  const opened = new Opened();
  const document: Writable<BenchDocument> = {
    schema: 1,
    command,
    made: new Date().toISOString(),
    machine: machine(),
    work: `Population descent (etaY = ${RATES.etaY}, etaZ = ${RATES.etaZ}, momentum ${RATES.momentum}) on the published small problem (M = 34, K = 2) from zero and ${sizes.random} random worlds from random starts, every input exact in single precision; times and memory are of the published problem.`,
    backends: [],
    training: [],
    population: [],
    scaling: [],
    seconds: 0,
    interrupted: false,
  };
  const carried = backends.map(({ digits }) => digits);
  const jobs: Job[] = backends.map((entry) => ({
    what: `${entry.id}: digits, time, memory`,
    cost: digitsCost(entry, carried, references, sizes.steps) + budgetCost(sizes.step),
    run: async (advance) => {
      const row = await measureBackend(entry, () => opened.get(entry), {
        carried,
        references,
        timed: works[0],
        sizes,
        signal,
        advance,
      });
      document.backends.push(row);
    },
  }));
  const add = (entry: Entry, what: string, cost: number, run: (backend: Backend) => Promise<void>) =>
    jobs.push({
      what: `${entry.id}: ${what}`,
      cost,
      run: async () => {
        const backend = await opened.get(entry).catch((error) => {
          // Its row says so.
          if (!(error instanceof Unavailable)) throw error;
        });
        if (backend) await run(backend);
      },
    });
  for (const entry of backends.filter(({ id }) => TRAINERS.includes(id))) {
    for (const published of CASES)
      for (const init of ['zero', 'uniform'] as const)
        add(entry, `published training, ${init} start`, budgetCost(sizes.training), async ({ trainer }) => {
          const row = await trainingRow(entry.id, trainer!, published, init, sizes.training, signal);
          document.training.push(row);
        });
    add(entry, `${sizes.worlds} worlds at once`, budgetCost(sizes.step), async ({ trainer }) => {
      document.population.push(await populationRow(entry.id, trainer!, sizes.worlds, sizes.step, signal));
    });
  }
  for (const entry of backends)
    for (const curve of CURVES[entry.id] ?? []) {
      const asked = sizes.coarse ? coarse(curve) : curve;
      add(
        entry,
        `growth in ${curve.variable}`,
        asked.grid.length * budgetCost(sizes.point),
        async (backend) => {
          document.scaling.push(await measureCurve(entry.id, backend, asked, sizes.point, signal));
        },
      );
    }

  const total = jobs.reduce((sum, { cost }) => sum + cost, 0);
  let behind = 0;
  try {
    for (const { what, cost, run } of jobs) {
      let own = 0;
      const show = () => onProgress?.((behind + Math.min(own, cost)) / total, what);
      show();
      await run((part) => {
        own += part;
        show();
      });
      behind += cost;
      // An interrupt is heard between two jobs at the latest.
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    await opened.close();
  }
  return { ...document, seconds: (performance.now() - begun) / 1000, interrupted: signal?.aborted ?? false };
}
