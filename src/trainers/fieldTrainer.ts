import { type Field, scoped } from '../arithmetic/field.ts';
import type { Layout } from '../model/layout.ts';
import { type Rates, type State, startState, step } from '../model/training.ts';
import type { Example, Matrix } from '../model/transformer.ts';
import { checkStart } from './startChecks.ts';
import type { Session, Start, Trainer, TrainingExample } from './trainer.ts';

/** The session of a trainer over a field; it also gives its state in the field. */
export interface FieldSession<T> extends Session {
  step(examples: readonly TrainingExample[]): number;
  /** In a field with scopes, valid in the current scope. */
  state(): State<T>;
  /** J before the last step; valid as `state`. */
  objective(): T;
}

/** A trainer whose sessions also give their state in the field. */
export interface FieldTrainer<T> extends Trainer {
  start(layout: Layout, start: Start, rates: Rates): Promise<FieldSession<T>>;
}

/** Examples in the field: exact where it has enough digits. Each different double is converted once. */
export function fieldExamples<T>(F: Field<T>, examples: readonly TrainingExample[]): Example<T>[] {
  const known = new Map<number, T>();
  const of = (x: number): T => {
    const value = known.get(x) ?? F.of(x);
    known.set(x, value);
    return value;
  };
  return examples.map(({ cls, mass, weight }) => ({ cls, mass: Array.from(mass, of), weight: of(weight) }));
}

interface Reached<T> {
  readonly state: State<T>;
  readonly J: T;
}

/** Keeps a state from one step to the next; as copies where the field frees its values in scopes. */
function carried<T>({ memory }: Field<T>, { state, J }: Reached<T>): () => Reached<T> {
  if (!memory) return () => ({ state, J });
  const { adam } = state;
  const averages = adam ? [adam.Y.first, adam.Y.second, adam.Z.first, adam.Z.second] : [];
  const parts = [state.Y, state.Z, state.velocityY, state.velocityZ, ...averages];
  const shape = parts.map((m) => m.map((row) => row.length));
  const values = memory.keep([J, ...parts.flat(2)]);
  return () => {
    const [J, ...rest] = values();
    let from = 0;
    const [Y, Z, velocityY, velocityZ, ...kept] = shape.map((rows) =>
      rows.map((length) => {
        from += length;
        return rest.slice(from - length, from);
      }),
    );
    const [firstY, secondY, firstZ, secondZ] = kept;
    return {
      J,
      state: {
        ...{ Y, Z, velocityY, velocityZ },
        ...(adam && {
          adam: {
            steps: adam.steps,
            Y: { first: firstY, second: secondY },
            Z: { first: firstZ, second: secondZ },
          },
        }),
      },
    };
  };
}

/**
 * The model's step (Lemma 1's closed form) over any field: decimals or MPFR numbers for a reference, intervals for an
 * enclosure. Intermediate values of a step are freed at its end.
 */
export function fieldTrainer<T>(F: Field<T>): FieldTrainer<T> {
  const doubles = (m: Matrix<T>) => m.map((row) => row.map(F.toNumber));
  return {
    name: F.name,
    unit: 10 ** (1 - F.digits) / 2,
    start: async (layout, start, rates) => {
      checkStart(layout, start, rates);
      let reached = scoped(F, () => {
        const rest = startState(F, layout, start);
        const state: State<T> = {
          ...rest,
          velocityY: start.velocityY?.map((row) => row.map(F.of)) ?? rest.velocityY,
          velocityZ: start.velocityZ?.map((row) => row.map(F.of)) ?? rest.velocityZ,
        };
        return carried(F, { state, J: F.of(0) });
      });
      return {
        step: (examples) =>
          scoped(F, () => {
            const { state, J } = step(F, layout, reached().state, fieldExamples(F, examples), rates);
            reached = carried(F, { state, J });
            return -F.toNumber(J);
          }),
        state: () => reached().state,
        objective: () => reached().J,
        read: () =>
          scoped(F, () => {
            const { Y, Z } = reached().state;
            return { Y: doubles(Y), Z: doubles(Z) };
          }),
        readVelocity: () =>
          scoped(F, () => {
            const { velocityY, velocityZ } = reached().state;
            return { Y: doubles(velocityY), Z: doubles(velocityZ) };
          }),
        dispose() {},
      };
    },
  };
}
