/** The built-in's module of a page, with faults: it doubles one rate of Z, and throws at M = 2. */
import * as page from '/kernels/builtin/page.js';

export const startBackend = page.startBackend;
export function answerRequest(backend, line) {
  const { id, input } = JSON.parse(line);
  if (input.vocabulary === 2) throw new Error('a page that throws');
  const etaZ = input.etaZ === 0.375 ? 0.75 : input.etaZ;
  return page.answerRequest(backend, JSON.stringify({ id, input: { ...input, etaZ } }));
}
