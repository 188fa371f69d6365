/**
 * The one file that loads tfjs: on first use, without its banner, with the given backend. `#tfjs` and its backends are
 * bundled by vendor/bundle.mjs, in the sources too.
 */
import type * as tfjs from '#tfjs';
import type { TensorBackend } from './tensorBackend.ts';

export type Tf = typeof tfjs;

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

let loading: Promise<Tf> | undefined;

/** Loads tfjs, and starts the backend. */
async function start(backend: TensorBackend): Promise<Tf> {
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

/** The backends that have been started. */
const starts = new Map<TensorBackend, Promise<Tf>>();

/** The end of the last start. tfjs computes nothing while a backend starts, and mixes up two that start at once. */
let lastStart: Promise<unknown> = Promise.resolve();

/**
 * What `work` returns, with this backend selected: tfjs has one for the whole process. `work` does not wait for anything before it
 * has computed, so that nothing else can select another one meanwhile.
 * @throws Error when the backend cannot start
 */
export async function withTensors<T>(backend: TensorBackend, work: (tf: Tf) => T): Promise<Awaited<T>> {
  let started = starts.get(backend);
  if (!started) {
    started = lastStart.then(() => start(backend));
    starts.set(backend, started);
    // A backend that did not start is tried again.
    lastStart = started.catch(() => starts.delete(backend));
  }
  const tf = await started;
  for (let last: unknown; last !== lastStart; ) {
    last = lastStart;
    await last;
  }
  // At once, for a backend that has started: the promise is of no use.
  if (tf.getBackend() !== backend) void tf.setBackend(backend);
  return await work(tf);
}

/**
 * tfjs with this backend started, and selected until something else selects another one.
 * @throws Error when the backend cannot start
 */
export const tensors = (backend: TensorBackend): Promise<Tf> => withTensors(backend, (tf) => tf);
