/** The result of `snapcheck bench`: the shape of its JSON. */

/** The machine of a run. Times are comparable within a document, ratios of times also between documents. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly platform: string;
  /** Versions of Node.js and of the numerical packages, by name. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Quartiles of a repeated measurement in seconds, and the number of repetitions. */
export interface Timing {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly samples: number;
  /** Whether a repetition is so short that the clock's resolution determines the spread. */
  readonly timerLimited: boolean;
}

/** Correct decimal digits after some steps, relative to a reference of at least twice the precision. */
export interface Digits {
  readonly steps: number;
  /** Over the worlds; null if a value of some world is not a number. */
  readonly worst: number | null;
  readonly median: number | null;
}

/** One backend on the work that all backends share. */
export interface BackendRow {
  /** `decimal34`, `interval34`, `mpfr34`, `float64`, `tfjs-cpu`, `tfjs-wasm`, `tfjs-webgl`, ... */
  readonly backend: string;
  readonly digits: readonly Digits[];
  /** Time of one step on one world; null if the backend could not run. */
  readonly secondsPerStep: Timing | null;
  /** Bytes that a session holds; null if unknown. */
  readonly memory: number | null;
  /** Why the backend did not run, e.g. because no browser was found. */
  readonly skipped?: string;
  /** Number of worlds for the digits; smaller if the reference is slow. */
  readonly worlds?: number;
  /** False where no logit of attention moved by a digit that it has, in any world: logits are judged absolutely. */
  readonly attentionMoves?: false;
  /** For intervals: whether all of them contained the reference at every observed step. */
  readonly contains?: boolean;
  /** A remark on its measurements, e.g. that WebGL was rendered in software. */
  readonly note?: string;
}

/** Published training (batch 128, T = 128, momentum 0.9) on one problem by one trainer, sampling included. */
export interface TrainingRow {
  readonly backend: string;
  /** M and K of the problem. */
  readonly vocabulary: number;
  readonly classes: number;
  readonly init: 'zero' | 'uniform';
  readonly secondsPerStep: Timing;
  /**
   * Steps per second relative to the authors' program (about 100, 18 and 1.0 steps per second at M = 34, 240 and
   * 1002).
   */
  readonly multiple: number | null;
}

/** Many worlds at once in population descent, M = 34. */
export interface PopulationRow {
  readonly backend: string;
  readonly worlds: number;
  /** Time of one step of all worlds. */
  readonly secondsPerStep: Timing;
  readonly worldStepsPerSecond: number;
}

/** Growth of the time of a step in one quantity, with the others fixed. */
export interface ScalingCurve {
  readonly backend: string;
  readonly variable: 'M' | 'K' | 'T' | 'worlds';
  /** The fixed quantities. */
  readonly fixed: string;
  readonly points: readonly { readonly at: number; readonly seconds: Timing }[];
  /** Exponent of the power law fitted by least squares to the logarithms, with its standard error. */
  readonly exponent: { readonly value: number; readonly standardError: number };
}

/** All measurements of one run: correct digits against speed. */
export interface BenchDocument {
  /** Version of this shape. */
  readonly schema: 1;
  /** The command of the run. */
  readonly command: string;
  /** ISO date. */
  readonly made: string;
  readonly machine: Machine;
  /** Description of the shared work, in one sentence. */
  readonly work: string;
  readonly backends: readonly BackendRow[];
  readonly training: readonly TrainingRow[];
  readonly population: readonly PopulationRow[];
  readonly scaling: readonly ScalingCurve[];
  readonly seconds: number;
  readonly interrupted: boolean;
}
