/** Built-in kernels: the trainers of Snapcheck, and a plain tfjs implementation of the step. */
import type { TensorBackend } from '../../trainers/tensorBackend.ts';
import { tensors } from '../../trainers/tensors.ts';
import type { Limits } from '../hosts/host.ts';
import type { Kernel, KernelHost } from '../kernel.ts';
import type { PageBackend } from './browserKernel.ts';

interface BuiltinKernel {
  readonly name: string;
  /** Description in one line. */
  readonly what: string;
  /** @throws Error if tfjs cannot start on the kernel's backend */
  load(): Promise<Kernel>;
}

/** Node has neither WebGL nor WebGPU. */
type Backend = Exclude<TensorBackend, PageBackend>;

const BACKENDS: Record<Backend, string> = { cpu: 'plain JavaScript', wasm: 'WebAssembly' };

const fast = (backend: Backend): BuiltinKernel => ({
  name: `tfjs-${backend}`,
  what: `the fast trainer: tfjs on token counts, ${BACKENDS[backend]}`,
  load: async () => {
    await tensors(backend);
    const { fastTrainer } = await import('../../trainers/fast.ts');
    const { trainerKernel } = await import('./trainerKernel.ts');
    return trainerKernel(`tfjs-${backend}`, 'float32', fastTrainer(backend));
  },
});

const naive = (backend: Backend): BuiltinKernel => ({
  name: `tfjs-naive-${backend}`,
  what: `tfjs token by token on full matrices, ${BACKENDS[backend]}`,
  load: async () => {
    await tensors(backend);
    return (await import('./naive.ts')).naiveKernel(backend);
  },
});

export const builtinKernels: readonly BuiltinKernel[] = [
  {
    name: 'float64',
    what: 'the float64 trainer: loops over token counts',
    load: async () => {
      const { float64Trainer } = await import('../../trainers/float64.ts');
      const { trainerKernel } = await import('./trainerKernel.ts');
      return trainerKernel('float64', 'float64', float64Trainer);
    },
  },
  fast('cpu'),
  fast('wasm'),
  naive('cpu'),
  naive('wasm'),
];

interface BrowserKernel extends Omit<BuiltinKernel, 'load'> {
  /** @throws NoKernel if there is no browser, or the backend does not start in it */
  open(limits: Pick<Limits, 'timeLimit' | 'startLimit'>): Promise<KernelHost>;
}

const inBrowser = (backend: PageBackend, language: string): BrowserKernel => ({
  name: `tfjs-${backend}`,
  what: `the fast trainer: tfjs on token counts, ${language} in a page of an installed Chromium`,
  open: async (limits) => (await import('./browserKernel.ts')).browserKernel(backend, limits),
});

/** Built-in kernels that need an installed browser: only what names them runs them. */
export const browserKernels: readonly BrowserKernel[] = [
  inBrowser('webgl', 'WebGL'),
  inBrowser('webgpu', 'WebGPU'),
];
