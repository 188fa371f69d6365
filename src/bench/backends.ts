/** All backends. A backend is loaded when it is opened. */
import type { BenchBackend } from './backend.ts';

/** One backend of the bench. */
export interface Entry {
  readonly id: string;
  /** Its digits, rounded up; they determine the reference it needs and its estimated cost. */
  readonly digits: number;
  /** @throws Unavailable if it cannot run here */
  open(): Promise<BenchBackend>;
}

const decimals = (digits: number): Entry => ({
  id: `decimal${digits}`,
  digits,
  open: async () => (await import('./local.ts')).openDecimal(digits),
});

const intervals = (digits: number): Entry => ({
  id: `interval${digits}`,
  digits,
  open: async () => (await import('./local.ts')).openInterval(digits),
});

const mpfr = (digits: number): Entry => ({
  id: `mpfr${digits}`,
  digits,
  open: async () => (await import('./mpfr.ts')).openMpfr(digits),
});

const mpfrIntervals = (digits: number): Entry => ({
  id: `mpfr-interval${digits}`,
  digits,
  open: async () => (await import('./mpfr.ts')).openMpfrInterval(digits),
});

const tfjs = (backend: 'cpu' | 'wasm'): Entry => ({
  id: `tfjs-${backend}`,
  digits: 8,
  open: async () => (await import('./local.ts')).openTfjs(backend),
});

/** In descending order of digits. */
export const entries: readonly Entry[] = [
  decimals(100),
  mpfr(100),
  mpfrIntervals(100),
  decimals(50),
  decimals(34),
  intervals(34),
  mpfr(34),
  mpfrIntervals(34),
  { id: 'double-double', digits: 32, open: async () => (await import('./local.ts')).openDoubleDouble() },
  decimals(20),
  { id: 'float64', digits: 16, open: async () => (await import('./local.ts')).openFloat64() },
  { id: 'float32', digits: 8, open: async () => (await import('./local.ts')).openFloat32() },
  tfjs('wasm'),
  tfjs('cpu'),
  { id: 'tfjs-webgl', digits: 8, open: async () => (await import('./webgl.ts')).webgl() },
];
