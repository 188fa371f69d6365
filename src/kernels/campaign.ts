/** Many kernels on the same inputs, each judged by the one reference of the input. */
import { visitWorlds } from '../decide/search.ts';
import { kernelCases } from '../generators/kernelCases.ts';
import { regimes } from '../generators/kernelRegimes.ts';
import type { Dtype } from '../model/stepInput.ts';
import { kernelArithmetic } from './arithmetic.ts';
import { ask } from './ask.ts';
import { inThread } from './hosts/inThread.ts';
import { type Fault, referenceFor } from './judgeRecord.ts';
import type { Kernel } from './kernel.ts';
import type { JudgedStage } from './ledger.ts';

/** A kernel, and whether it is judged by the strict level. */
export type Contestant = readonly [kernel: Kernel, strict: boolean];

export interface CampaignRow {
  readonly kernel: string;
  readonly strict: boolean;
  readonly inputs: number;
  readonly failures: number;
  /** Worst error/bound of each stage. */
  readonly worst: Partial<Record<JudgedStage, number>>;
  /** The first failures, if any. */
  readonly faults: readonly Fault[];
}

export interface Campaign {
  readonly dtype: Dtype;
  readonly inputs: number;
  readonly seed: number;
  readonly kernels: readonly CampaignRow[];
  /** Cases of each regime. */
  readonly regimes: Readonly<Record<string, number>>;
}

const KEPT_FAULTS = 3;

/** Puts at least `inputs` inputs to every kernel. */
export async function campaign(
  kernels: readonly Contestant[],
  { dtype, inputs, seed }: { dtype: Dtype; inputs: number; seed: number },
): Promise<Campaign> {
  const rows = kernels.map(([kernel, strict]) => ({
    strict,
    arithmetic: kernelArithmetic(dtype, kernel.declares ?? {}, strict),
    host: inThread(kernel, { timeLimit: 60_000 }),
    failures: 0,
    worst: {} as Partial<Record<JudgedStage, number>>,
    faults: [] as Fault[],
  }));
  const reached = Object.fromEntries(regimes.map(({ id }) => [id, 0]));
  let done = 0;
  await visitWorlds(kernelCases(dtype), { runs: inputs, seed }, async (calls) => {
    const references = calls.map((input) => referenceFor(dtype, input));
    for (const { id, holds } of regimes) if (holds(calls)) reached[id] += 1;
    for (const row of rows) {
      const fault = await ask(row.host, calls, row.arithmetic, {
        references,
        watch: (defects) => {
          for (const { stage, ratio } of defects)
            if (!((row.worst[stage] ?? 0) >= ratio)) row.worst[stage] = ratio;
        },
      });
      if (!fault) continue;
      row.failures += 1;
      if (row.faults.length < KEPT_FAULTS) row.faults.push(fault);
    }
    done += calls.length;
    return done < inputs;
  });
  return {
    dtype,
    inputs: done,
    seed,
    kernels: rows.map(({ host, strict, failures, worst, faults }) => ({
      kernel: host.name,
      strict,
      inputs: done,
      failures,
      worst,
      faults,
    })),
    regimes: reached,
  };
}
