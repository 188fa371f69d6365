import { decimal } from '../arithmetic/decimal.ts';
import type { Field } from '../arithmetic/field.ts';
import type { Layout } from '../model/layout.ts';
import { type Rates, type State, startState, step } from '../model/training.ts';
import type { Example, Matrix } from '../model/transformer.ts';
import type { Session, Start, Trainer, TrainingExample } from './trainer.ts';

/** The session of a trainer over a field; it also gives its state as the field holds it. */
export interface FieldSession<T> extends Session {
  step(examples: readonly TrainingExample[]): number;
  state(): State<T>;
  /** J before the last step. */
  objective(): T;
}

export interface FieldTrainer<T> extends Trainer {
  start(layout: Layout, start: Start, rates: Rates): Promise<FieldSession<T>>;
}

/** Doubles as the field holds them: exactly where it has the digits. */
export const fieldExamples = <T>(F: Field<T>, examples: readonly TrainingExample[]): Example<T>[] =>
  examples.map(({ cls, mass, weight }) => ({ cls, mass: Array.from(mass, F.of), weight: F.of(weight) }));

/** The model's own step (Lemma 1's closed form) over any field: decimals for a reference, intervals for an enclosure. */
export function fieldTrainer<T>(F: Field<T>): FieldTrainer<T> {
  const doubles = (m: Matrix<T>) => m.map((row) => row.map(F.toNumber));
  return {
    name: F.name,
    unit: 10 ** (1 - F.digits) / 2,
    start: async (layout, start, rates) => {
      const rest = startState(F, layout, start);
      let state: State<T> = {
        ...rest,
        velocityY: start.velocityY?.map((row) => row.map(F.of)) ?? rest.velocityY,
        velocityZ: start.velocityZ?.map((row) => row.map(F.of)) ?? rest.velocityZ,
      };
      let J = F.of(0);
      return {
        step(examples) {
          const next = step(F, layout, state, fieldExamples(F, examples), rates);
          state = next.state;
          J = next.J;
          return -F.toNumber(J);
        },
        state: () => state,
        objective: () => J,
        read: () => ({ Y: doubles(state.Y), Z: doubles(state.Z) }),
        readVelocity: () => ({ Y: doubles(state.velocityY), Z: doubles(state.velocityZ) }),
        dispose() {},
      };
    },
  };
}

/**
 * The reference: decimals of `digits` significant digits.
 * @throws RangeError when digits is not an integer in [2, 1000]
 */
export const reference = (digits: number) => ({
  ...fieldTrainer(decimal(digits)),
  name: `reference${digits}`,
});
