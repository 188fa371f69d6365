/** The part of the lab that is loaded where tfjs is asked for: a file of its own beside the page. */
import { setWasmPaths } from '#tfjs-wasm';
import { fastTrainer } from '../trainers/fast.ts';
import type { TensorBackend } from '../trainers/tensorBackend.ts';
import type { Trainer } from '../trainers/trainer.ts';

/** @param folder address of the folder with the .wasm files */
export async function tfjsTrainer(backend: TensorBackend, folder: string): Promise<Trainer> {
  setWasmPaths(folder);
  return fastTrainer(backend);
}
