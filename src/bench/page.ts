/** Runs in a browser page: the compiled fast trainer on WebGL, with the same code as in Node. */
import { fastTrainer } from '../trainers/fast.ts';
import { tensors } from '../trainers/tensors.ts';
import type { Timing } from './document.ts';
import { type Budget, timed } from './timing.ts';
import { type Observation, observations } from './trajectory.ts';
import type { Work } from './work.ts';

export const trajectory = (work: Work, steps: readonly number[]): Promise<Observation[]> =>
  observations(fastTrainer('webgl'), work, steps);

export async function time(work: Work, budget: Budget): Promise<Timing> {
  const session = await fastTrainer('webgl').start(work.layout, work.start, work.rates);
  try {
    return await timed(() => session.step(work.examples), budget);
  } finally {
    session.dispose();
  }
}

/** The browser's name of the renderer; SwiftShader is a software renderer. */
export async function renderer(): Promise<string> {
  await tensors('webgl');
  const gl = document.createElement('canvas').getContext('webgl2');
  const info = gl?.getExtension('WEBGL_debug_renderer_info');
  return gl && info ? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) : 'unknown';
}
