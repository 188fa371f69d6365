import type { BackendRow, BenchDocument, ScalingCurve, Timing } from '../../src/bench/document.ts';

const timing = (median: number, timerLimited = false): Timing => ({
  median,
  low: 0.9 * median,
  high: 1.2 * median,
  samples: 50,
  timerLimited,
});

const backend = (name: string, worst: number | null, seconds: number): BackendRow => ({
  backend: name,
  digits: [
    { steps: 1, worst: worst && worst + 2, median: worst && worst + 2.5 },
    { steps: 1000, worst, median: worst && worst + 1 },
  ],
  secondsPerStep: timing(seconds, seconds < 1e-5),
  memory: null,
});

const curve = (name: string, variable: ScalingCurve['variable'], value: number): ScalingCurve => ({
  backend: name,
  variable,
  fixed: 'K = 2, T = 128',
  points: [10, 100, 1000].map((at) => ({ at, seconds: timing(1e-5 * (at / 10) ** value) })),
  exponent: { value, standardError: 0.03 },
});

/** A bench as no machine ever ran it: three decimals that nothing beats, an interval that one does. */
export const bench: BenchDocument = {
  schema: 1,
  command: 'snapcheck bench',
  made: '2026-01-02T03:04:05.000Z',
  machine: {
    cpu: 'A & B <processor>',
    cores: 2,
    memoryGiB: 8,
    platform: 'linux x64',
    versions: { node: '20.20.0' },
  },
  work: 'published training on syn-small',
  backends: [
    backend('decimal20', 17, 4e-3),
    backend('decimal34', 31, 8e-3),
    backend('decimal100', 97, 6e-2),
    backend('interval34', 29, 1.6e-2),
    backend('mpfr34', 31, 4e-4),
    backend('mpfr100', 97, 9e-4),
    backend('float64', 13, 5e-6),
    backend('tfjs-cpu', 5, 9e-4),
    backend('tfjs-wasm', null, 5e-4),
    backend('interval100', 0, 6e-4),
    {
      backend: 'tfjs-webgl',
      digits: [],
      secondsPerStep: null,
      memory: null,
      skipped: 'no browser was found',
    },
  ],
  training: [],
  population: [],
  scaling: [
    curve('float64', 'M', 0.1),
    curve('tfjs-cpu', 'M', 1.02),
    { ...curve('float64', 'T', 0), points: [10, 1e4, 1e9].map((at) => ({ at, seconds: timing(1e-3) })) },
    curve('tfjs-wasm', 'M', 0.1),
  ],
  seconds: 60,
  interrupted: false,
};
