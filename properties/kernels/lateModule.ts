/** A module whose kernel is right but for the first calls of some cases of a run, which it knows by their Y. */
import { fileURLToPath } from 'node:url';
import { runCases } from '../../src/kernels/cases/cases.ts';
import type { Envelope } from '../../src/kernels/cases/envelope.ts';

const plain = fileURLToPath(new URL('../../fixtures/kernels/plain.mjs', import.meta.url));

/**
 * @param after the kernel fails first at the first case from this index on whose Y is its own, and again at later ones
 * @returns the text of the module, and the index of its first failing case
 */
export function lateModule(
  seed: number,
  envelope: Envelope,
  after: number,
): { text: string; foundAt: number } {
  const caseAt = runCases('float32', seed, envelope);
  const firsts = Array.from({ length: after + 20 }, (_, i) => caseAt(i)[0].Y[0]);
  const all = firsts.map((_, i) => caseAt(i).map(({ Y }) => Y[0]));
  const own = firsts.flatMap((y, i) => (i >= after && !all.slice(0, i).flat().includes(y) ? [i] : []));
  const wrong = own.map((i) => firsts[i]);
  const text = `import { PlainKernel } from ${JSON.stringify(plain)};
const wrong = ${JSON.stringify(wrong)};
class Late extends PlainKernel {
  step(input) {
    const output = super.step(input);
    return wrong.includes(input.Y[0]) ? { ...output, loss: output.loss + 1 } : output;
  }
}
export default new Late();
`;
  return { text, foundAt: own[0] };
}
