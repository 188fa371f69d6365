/** Counts of judged cases. Those of parts of a run add up to those of the run, whatever the parts are. */
import type { KernelCase } from '../cases/cases.ts';
import { Coverage, type PlainCoverage } from '../cases/coverage.ts';
import type { JudgedCase } from './judgeCases.ts';
import { JUDGED, type JudgedStage } from './stages.ts';

/** Sequences that were compared with themselves in other batches, and in which stages. */
export interface BatchCoverage {
  readonly sequences: number;
  readonly stages: readonly JudgedStage[];
}

/** Plain JSON. */
export interface PlainTally {
  readonly cases: number;
  readonly calls: number;
  readonly coverage: PlainCoverage;
  readonly batches: BatchCoverage;
}

export class CaseTally {
  readonly coverage = new Coverage();
  #cases = 0;
  #calls = 0;
  #sequences = 0;
  readonly #stages = new Set<JudgedStage>();

  count(inputs: KernelCase, { made, regimes, batches }: JudgedCase): void {
    this.#cases += 1;
    this.#calls += made;
    this.coverage.count(inputs, regimes);
    for (const { compared, stages } of batches) this.#batch({ sequences: compared, stages });
  }

  /** Adds the counts of other cases. */
  merge({ cases, calls, coverage, batches }: PlainTally): void {
    this.#cases += cases;
    this.#calls += calls;
    this.coverage.merge(coverage);
    this.#batch(batches);
  }

  #batch({ sequences, stages }: BatchCoverage): void {
    this.#sequences += sequences;
    for (const stage of stages) this.#stages.add(stage);
  }

  /** For `merge` in another process. */
  plain(): PlainTally {
    const { cases, calls, batches } = this;
    return { cases, calls, coverage: this.coverage.plain(), batches };
  }

  get cases(): number {
    return this.#cases;
  }

  get calls(): number {
    return this.#calls;
  }

  get batches(): BatchCoverage {
    return { sequences: this.#sequences, stages: JUDGED.filter((stage) => this.#stages.has(stage)) };
  }
}
