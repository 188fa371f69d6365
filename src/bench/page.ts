/** What runs inside a browser's page: the compiled fast trainer on WebGL, by the same code as in Node. */
import { fastTrainer } from '../trainers/fast.ts';
import { tensors } from '../trainers/tensors.ts';
import type { Timing } from './document.ts';
import { type Budget, timed } from './timing.ts';
import { type Look, looks } from './trajectory.ts';
import type { Work } from './work.ts';

export const trajectory = (work: Work, steps: readonly number[]): Promise<Look[]> =>
  looks(fastTrainer('webgl'), work, steps);

export async function time(work: Work, budget: Budget): Promise<Timing> {
  const session = await fastTrainer('webgl').start(work.layout, work.start, work.rates);
  try {
    return await timed(() => session.step(work.examples), budget);
  } finally {
    session.dispose();
  }
}

/** What draws, as the browser names it; SwiftShader is a renderer in software. */
export async function renderer(): Promise<string> {
  await tensors('webgl');
  const gl = document.createElement('canvas').getContext('webgl2');
  const info = gl?.getExtension('WEBGL_debug_renderer_info');
  return gl && info ? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) : 'unknown';
}
