/** A trainer of Snapcheck as a kernel, checked like every other kernel. */
import { type Dtype, type Floats, floats, MATRICES, type StepInput } from '../../model/stepInput.ts';
import type { Matrix } from '../../model/transformer.ts';
import type { Trainer } from '../../trainers/trainer.ts';
import { layoutOf } from '../cases/layoutOf.ts';
import type { Kernel } from '../kernel.ts';

const rows = (flat: Floats, M: number): Matrix<number> =>
  Array.from({ length: M }, (_, i) => Array.from(flat.subarray(i * M, (i + 1) * M)));

/**
 * A trainer as a kernel without stages: each call is a session of one step from the input's state, on token counts.
 * @param dtype of the kernel; the trainer's state is at least as precise
 */
export const trainerKernel = (name: string, dtype: Dtype, trainer: Trainer): Kernel => ({
  name,
  dtype,
  async step(input: StepInput) {
    const { vocabulary: M } = input;
    const { layout, counts } = layoutOf(input);
    const [Y, Z, velocityY, velocityZ] = MATRICES.map((matrix) => rows(input[matrix], M));
    const session = await trainer.start(layout, { Y, Z, velocityY, velocityZ }, input);
    try {
      const weight = 1 / counts.length;
      const loss = await session.step(counts.map((mass, cls) => ({ cls, mass, weight })));
      const [after, velocity] = [session.read(), session.readVelocity()];
      const flat = (matrix: Matrix<number>) => floats(dtype, matrix.flat());
      return {
        Y: flat(after.Y),
        Z: flat(after.Z),
        velocityY: flat(velocity.Y),
        velocityZ: flat(velocity.Z),
        loss,
      };
    } finally {
      session.dispose();
    }
  },
});
