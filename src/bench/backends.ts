/** The backends there are, by id; each is loaded when it is opened. */
import { decimal, interval } from '../arithmetic/decimal.ts';
import { float64Trainer } from '../trainers/float64.ts';
import { float64Worlds } from '../trainers/worlds64.ts';
import { type BenchBackend, ofField, ofTrainer } from './backend.ts';
import { point } from './digits.ts';

export interface Entry {
  readonly id: string;
  /** The digits it carries, rounded up: which reference it needs, and how long it takes. */
  readonly digits: number;
  /** @throws Unavailable where it cannot run here */
  open(): Promise<BenchBackend>;
}

const decimals = (digits: number): Entry => ({
  id: `decimal${digits}`,
  digits,
  open: async () => ofField(decimal(digits), point, false),
});

const intervals = (digits: number): Entry => ({
  id: `interval${digits}`,
  digits,
  open: async () => ofField(interval(digits), (x) => x, true),
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
  async open() {
    const [{ fastTrainer }, { fastWorlds }, { tensors }] = await Promise.all([
      import('../trainers/fast.ts'),
      import('../trainers/fastWorlds.ts'),
      import('../trainers/tensors.ts'),
    ]);
    const tf = await tensors(backend);
    // Tensors of the CPU backend are arrays of the process; WebAssembly keeps its own.
    const own = backend === 'wasm' ? () => tf.memory().numBytes : undefined;
    return ofTrainer(fastTrainer(backend), fastWorlds(backend), own);
  },
});

/** From the most digits to the fewest. */
export const entries: readonly Entry[] = [
  decimals(100),
  mpfr(100),
  mpfrIntervals(100),
  decimals(50),
  decimals(34),
  intervals(34),
  mpfr(34),
  mpfrIntervals(34),
  decimals(20),
  { id: 'float64', digits: 16, open: async () => ofTrainer(float64Trainer, float64Worlds) },
  tfjs('wasm'),
  tfjs('cpu'),
  { id: 'tfjs-webgl', digits: 8, open: async () => (await import('./webgl.ts')).webgl() },
];
