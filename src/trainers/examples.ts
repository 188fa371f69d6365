/** The tensors of the objective from layouts and examples; worlds are padded to the largest. */
import type { Layout } from '../model/layout.ts';
import { BARRED, type Columns, type Examples } from './objective.ts';
import type { Tf } from './tensors.ts';
import type { TrainingExample } from './trainer.ts';

/** The largest number of tokens, queries and columns of the worlds. */
interface BatchSizes {
  readonly S: number;
  readonly Q: number;
  readonly N: number;
}

export function sizesOf(layouts: readonly Layout[]): BatchSizes {
  const most = (size: (layout: Layout) => number) =>
    layouts.reduce((a, layout) => Math.max(a, size(layout)), 0);
  return {
    S: most((l) => l.tokens.length),
    Q: most((l) => l.queries.length),
    N: most((l) => l.columns.length),
  };
}

/** A padding example: one token, weight 0, so that its J is finite and adds nothing. */
const PADDING: TrainingExample = { cls: 0, mass: [1], weight: 0 };

/** @param examples of each world */
export function examplesTensors(
  tf: Tf,
  layouts: readonly Layout[],
  examples: readonly (readonly TrainingExample[])[],
  { S, Q, N }: BatchSizes,
): Examples {
  const W = layouts.length;
  const B = examples.reduce((a, own) => Math.max(a, own.length), 0);
  const R = W * B;
  const s = layouts.reduce((a, l) => l.classes.reduce((b, { support }) => Math.max(b, support.length), a), 0);
  const [mass, barred] = [new Float32Array(R * s), new Float32Array(R * s).fill(BARRED)];
  const [inZ, inF] = [new Int32Array(R * s), new Int32Array(R * s)];
  const [target, weight] = [new Float32Array(R * N), new Float32Array(R)];
  for (let w = 0, r = 0; w < W; w++)
    for (let b = 0; b < B; b++, r++) {
      const example = examples[w][b] ?? PADDING;
      const { support, row, target: n } = layouts[w].classes[example.cls];
      let most = 0;
      for (let i = 0; i < support.length; i++) if (example.mass[i] > most) most = example.mass[i];
      for (let i = 0; i < s; i++) {
        const at = r * s + i;
        // Padding refers to tokens of its own world, so that a world that diverges does not affect another.
        const token = support[i] ?? support[0];
        inZ[at] = (w * Q + row) * S + token;
        inF[at] = r * S + token;
        if (!(example.mass[i] > 0)) continue;
        mass[at] = example.mass[i] / most;
        barred[at] = 0;
      }
      target[r * N + n] = 1;
      weight[r] = example.weight;
    }
  return {
    mass: tf.tensor2d(mass, [R, s]),
    barred: tf.tensor2d(barred, [R, s]),
    inZ: tf.tensor3d(inZ, [R, s, 1]),
    inF: tf.tensor3d(inF, [R, s, 1]),
    target: tf.tensor3d(target, [W, B, N]),
    weight: tf.tensor3d(weight, [W, B, 1]),
  };
}

export function columnsTensors(tf: Tf, layouts: readonly Layout[], { N }: BatchSizes): Columns {
  const fill = (of: (copies: number) => number) =>
    tf.tensor3d(
      Float32Array.from({ length: layouts.length * N }, (_, i) =>
        of(layouts[Math.floor(i / N)].multiplicity[i % N] ?? 0),
      ),
      [layouts.length, 1, N],
    );
  return { multiplicity: fill((k) => k), barred: fill((k) => (k > 0 ? 0 : BARRED)) };
}
