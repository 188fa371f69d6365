/** The built-in's module of a page, with faults: it doubles one rate of Z, throws at M = 2, and never answers at M = 3. */
import * as page from '/kernels/builtin/page.js';

export const start = page.start;
export function answer(backend, line) {
  const { id, input } = JSON.parse(line);
  if (input.vocabulary === 2) throw new Error('a page that throws');
  if (input.vocabulary === 3) return new Promise(() => {});
  const etaZ = input.etaZ === 0.375 ? 0.75 : input.etaZ;
  return page.answer(backend, JSON.stringify({ id, input: { ...input, etaZ } }));
}
