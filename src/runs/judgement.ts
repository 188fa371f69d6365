/** What `snapcheck check` says of a run: plain JSON. */
import type { ClaimId } from '../atlas/settings.ts';
import type { RecordedRates } from './run.ts';

/** One of the four claims, over the whole run. */
export interface RunVerdict {
  readonly claim: ClaimId;
  /** What must hold, as in the atlas. */
  readonly asks: string;
  /** `idle`: the run has nothing that the claim speaks of, as no distinct token that moved. */
  readonly outcome: 'holds' | 'fails' | 'idle';
  /** How many assertions were checked, and those that failed, by name. */
  readonly checked: number;
  readonly failed: readonly string[];
}

/** Why a logit does not change between recorded states although its gradient is not 0. */
export type FreezeCause =
  /** z + etaZ gradient / (1 - momentum) rounds to z: the update is below half an ulp, and is lost in the addition. */
  | 'half an ulp'
  /** The gap o_n - ln sum_j e^o_j of every class of the query is past 17.3 (float32) or 37.4 (float64): e_n - alpha by subtraction is 0. */
  | 'saturated'
  /** Neither: attention was not trained, or etaZ is not known. */
  | 'unexplained'
  /** Y was not recorded, so that the gradient is not known. */
  | 'unknown';

/** A token in the row of a query. */
export interface TokenVerdict {
  readonly query: number;
  readonly token: number;
  readonly kind: 'distinct' | 'common';
  /** z at the last state less z at the first. */
  readonly change: number;
  /** `stays`: the change is within the rounding of the updates in between, steps u max |z|. */
  readonly fate: 'gains' | 'loses' | 'stays';
  /** What two-timescale predicts at the first state (docs/claims.md, `fate`). */
  readonly predicted: 'gains' | 'loses' | 'stays' | 'unknown';
  /** The recorded step from which z is the same number in every recorded state; null where it still changes. */
  readonly constantFrom: number | null;
  /** Set where z is constant at the end and its gradient there is not 0 (or not known). */
  readonly freeze: FreezeCause | null;
}

/** The distinct tokens of a class. */
export interface ClassVerdict {
  readonly next: number;
  readonly query: number;
  /** Pairs out of order: the first is more frequent, and does not gain more. */
  readonly outOfOrder: readonly (readonly [frequent: number, rare: number])[];
  /** Effective number 1/sum c^2 of all tokens and of the distinct ones, at the first and the last state. */
  readonly effective: readonly [number, number];
  readonly effectiveDistinct: readonly [number, number] | null;
  readonly entropy: readonly [number, number] | null;
  readonly chi: number | null;
}

/** The largest relative difference of attention between the run and another course. */
export interface Departure {
  readonly difference: number;
  readonly step: number;
  readonly next: number;
  readonly token: number;
}

/** What our trainer does from the same start. */
export interface RunComparison {
  /** Why a part is not answered. */
  readonly unanswered: readonly string[];
  /** Our training on expectations, T = inf, against the run. */
  readonly population: Departure | null;
  /** On sampled sequences: the run against the mean of our seeds. */
  readonly sampled: {
    readonly seeds: number;
    readonly departure: Departure;
    /**
     * Share of the seeds and the run whose distance from the mean of the others is at least the run's. If the run samples as we do,
     * it is at most p with probability at most p.
     */
    readonly p: number;
    /** p is the least possible: the run is farther from the others than each of our seeds. */
    readonly departs: boolean;
  } | null;
}

/** All that is judged. */
export interface RunJudgement {
  readonly schema: 1;
  readonly vocabulary: number;
  readonly type: 'float32' | 'float64';
  readonly steps: { readonly recorded: number; readonly first: number; readonly last: number };
  readonly rates: RecordedRates;
  readonly claims: readonly RunVerdict[];
  /** The step after which no recorded speed reaches a tenth of the largest; null if the last still does, or all are 0. */
  readonly frozenFrom: number | null;
  /** The speed at the end over the largest: logits per step. Null where nothing moved. */
  readonly speedAtEnd: number | null;
  /** t0, where etaY is known. */
  readonly onset: number | null;
  readonly classes: readonly ClassVerdict[];
  readonly tokens: readonly TokenVerdict[];
  readonly comparison: RunComparison;
  /** Our training was cut short: the comparison says which part is not answered. All else is complete. */
  readonly interrupted: boolean;
}
