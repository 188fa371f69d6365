/**
 * The one file that loads tfjs: on first use, without its banner, with the given backend. `#tfjs` and its backends are
 * bundled by vendor/bundle.mjs, in the sources too.
 */
import type * as tfjs from '#tfjs';
import type { TensorBackend } from './tensorBackend.ts';

export type Tf = typeof tfjs;

let loading: Promise<Tf> | undefined;

/**
 * Removes the listeners that the start of WASM adds: they rethrow any unhandled rejection, which would end the process. A page has no
 * process.
 */
async function withoutNewListeners<T>(work: () => Promise<T>): Promise<T> {
  if (!globalThis.process?.listeners) return work();
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = new Map(events.map((event) => [event, process.listeners(event as 'uncaughtException')]));
  const result = await work();
  for (const event of events)
    for (const listener of process.listeners(event as 'uncaughtException'))
      if (!before.get(event)!.includes(listener)) process.off(event, listener);
  return result;
}

/**
 * tfjs with this backend selected.
 * @throws Error when the backend cannot start
 */
export async function tensors(backend: TensorBackend): Promise<Tf> {
  if (backend === 'wasm' && !('WebAssembly' in globalThis)) throw new Error('WebAssembly is not supported');
  loading ??= (async () => {
    const tf = await import('#tfjs');
    tf.enableProdMode();
    return tf;
  })();
  const tf = await loading;
  // Only a page has them: Node need not load them.
  if (backend === 'webgl') await import('#tfjs-webgl');
  if (backend === 'webgpu') await import('#tfjs-webgpu');
  const started =
    backend === 'wasm'
      ? await withoutNewListeners(async () => {
          await import('#tfjs-wasm');
          return tf.setBackend(backend);
        })
      : await tf.setBackend(backend);
  if (!started) throw new Error(`the tfjs backend ${backend} did not start`);
  return tf;
}
