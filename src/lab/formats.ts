/** The trainer of each arithmetic. */

import { doubleDouble } from '../arithmetic/doubleDouble.ts';
import { fieldTrainer } from '../trainers/fieldTrainer.ts';
import { float32Subtracting, float32Trainer } from '../trainers/float32.ts';
import { float64Trainer } from '../trainers/float64.ts';
import { reference } from '../trainers/reference.ts';
import type { TensorBackend } from '../trainers/tensorBackend.ts';
import type { Trainer } from '../trainers/trainer.ts';
import type { Format } from './protocol.ts';

/** The file beside the page that has tfjs; no bundler may follow it. */
interface TfjsModule {
  tfjsTrainer(backend: TensorBackend, folder: string): Promise<Trainer>;
}

/**
 * The trainer of a format; tfjs is loaded where it is asked for.
 * @param base address of the page
 * @throws Error where tfjs cannot be loaded
 */
export async function trainerOf(format: Format, base: string): Promise<Trainer> {
  if (format === 'float64') return float64Trainer;
  if (format === 'float32') return float32Trainer;
  if (format === 'float32-subtracting') return float32Subtracting;
  if (format === 'double-double') return fieldTrainer(doubleDouble);
  if (format === 'tfjs-wasm' || format === 'tfjs-webgl') {
    if (base.startsWith('file:'))
      throw new Error('tfjs needs a web server: snapcheck lab is one; other formats work from disk');
    const file: string = new URL('tfjs.js', base).href;
    const tfjs = (await import(/* @vite-ignore */ file)) as TfjsModule;
    return tfjs.tfjsTrainer(format === 'tfjs-wasm' ? 'wasm' : 'webgl', new URL('./', base).href);
  }
  return reference(Number(format.slice('decimal'.length)));
}
