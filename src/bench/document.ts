/** What `snapcheck bench` returns, prints and keeps: the shape of its JSON. */

/** Where a run was made. Times are comparable within a document, ratios between them. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly platform: string;
  /** Of Node.js and of the packages that compute, by name. */
  readonly versions: Readonly<Record<string, string>>;
}

/** A repeated measurement of seconds: its quartiles, and how often it was made. */
export interface Timing {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly samples: number;
  /** True where one repetition is so short that the clock's resolution, not the work, sets the spread. */
  readonly timerLimited: boolean;
}

/** Correct decimal digits after some steps, against a reference of at least twice the precision. */
export interface Digits {
  readonly steps: number;
  /** Over the worlds; null where a world ended in something that is not a number. */
  readonly worst: number | null;
  readonly median: number | null;
}

/** One backend on the work that all backends share. */
export interface BackendRow {
  /** `decimal34`, `interval34`, `mpfr34`, `float64`, `tfjs-cpu`, `tfjs-wasm`, `tfjs-webgl`, ... */
  readonly backend: string;
  readonly digits: readonly Digits[];
  /** Of one step on one world; null where the backend could not run. */
  readonly secondsPerStep: Timing | null;
  /** Bytes beyond those in use before, after a run of the shared work; null where they cannot be told. */
  readonly memory: number | null;
  /** Why the backend did not run, e.g. that no browser was found. */
  readonly skipped?: string;
  /** Worlds that the digits are of: fewer where the reference is slow. */
  readonly worlds?: number;
  /** Of enclosures: whether each contained the reference, at every look. */
  readonly contains?: boolean;
  /** What to know of its numbers, e.g. that the renderer is a program. */
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
  /** Steps a second as a multiple of the authors' own program (about 100, 18 and 1.0 at M = 34, 240 and 1002). */
  readonly multiple: number | null;
}

/** Many worlds at once in population descent, M = 34. */
export interface PopulationRow {
  readonly backend: string;
  readonly worlds: number;
  /** Of one step of all worlds. */
  readonly secondsPerStep: Timing;
  readonly worldStepsPerSecond: number;
}

/** How the time of a step grows in one quantity, everything else fixed. */
export interface ScalingCurve {
  readonly backend: string;
  readonly variable: 'M' | 'K' | 'T' | 'worlds';
  /** What stays fixed, in words. */
  readonly fixed: string;
  readonly points: readonly { readonly at: number; readonly seconds: Timing }[];
  /** Of the power law fitted by least squares to the logarithms, with its standard error. */
  readonly exponent: { readonly value: number; readonly standardError: number };
}

export interface BenchDocument {
  /** Version of this shape. */
  readonly schema: 1;
  /** The command that made it. */
  readonly command: string;
  /** ISO date. */
  readonly made: string;
  readonly machine: Machine;
  /** The work that all backends share, in a sentence. */
  readonly work: string;
  readonly backends: readonly BackendRow[];
  readonly training: readonly TrainingRow[];
  readonly population: readonly PopulationRow[];
  readonly scaling: readonly ScalingCurve[];
  readonly seconds: number;
  readonly interrupted: boolean;
}
