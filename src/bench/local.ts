/** Backends of this process: decimals, sums of two doubles, float64, float32 and tfjs. */
import { decimal, exactDecimal, interval } from '../arithmetic/decimal.ts';
import { doubleDouble } from '../arithmetic/doubleDouble.ts';
import { float32Trainer } from '../trainers/float32.ts';
import { float64Trainer } from '../trainers/float64.ts';
import { tensors } from '../trainers/tensors.ts';
import { float64Worlds } from '../trainers/worlds64.ts';
import { type BenchBackend, ofField, ofTrainer } from './backend.ts';
import { point } from './digits.ts';

export const openDecimal = (digits: number): BenchBackend => ofField(decimal(digits), point, false);

export const openInterval = (digits: number): BenchBackend => ofField(interval(digits), (x) => x, true);

/** The exact sum of two doubles, in more digits than any backend has. */
const wide = decimal(250);
export const openDoubleDouble = (): BenchBackend =>
  ofField(doubleDouble, ({ hi, lo }) => point(wide.add(exactDecimal(hi), exactDecimal(lo))), false);

export const openFloat32 = (): BenchBackend => ofTrainer(float32Trainer);

export const openFloat64 = (): BenchBackend => ofTrainer(float64Trainer, float64Worlds);

export async function openTfjs(backend: 'cpu' | 'wasm'): Promise<BenchBackend> {
  const [{ fastTrainer }, { fastWorlds }] = await Promise.all([
    import('../trainers/fast.ts'),
    import('../trainers/fastWorlds.ts'),
  ]);
  const tf = await tensors(backend);
  // Tensors of the CPU backend are arrays of this process; WebAssembly has its own memory.
  const own = backend === 'wasm' ? () => tf.memory().numBytes : undefined;
  return ofTrainer(fastTrainer(backend), fastWorlds(backend), own);
}
