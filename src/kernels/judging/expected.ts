/** The exact value and the error bound of every element of a step, from its input alone. */
import type { Field } from '../../arithmetic/field.ts';
import { dtypeOf, floats, LARGEST, type StepInput } from '../../model/stepInput.ts';
import { outputLengths } from '../hosts/checkOutput.ts';
import { STAGES, type StepOutput } from '../kernel.ts';
import { SECOND_ORDER } from './defect.ts';
import { type ExactReference, judgeCall } from './judge.ts';
import { Ledger, type StageRecorder } from './ledger.ts';
import type { Roundoff } from './roundoff.ts';
import { columnsOf, JUDGED, type JudgedStage } from './stages.ts';

/** Of a stage, [B, T-1], [B, M] or [M, M], row-major. */
export interface ExpectedStage {
  readonly expected: Float64Array;
  /** |result - expected| <= bound for every correct kernel; infinite where the exact value exceeds the dtype's range. */
  readonly bound: Float64Array;
}
export type Expected = Readonly<Record<JudgedStage, ExpectedStage>>;

/** Roundoff of the doubles in which expected values are written. */
const U64 = 2 ** -53;

const sizesOf = (input: StepInput): Record<JudgedStage, { length: number; columns: number }> => {
  const lengths = { ...outputLengths(input), loss: 1 };
  return Object.fromEntries(
    JUDGED.map((stage) => [stage, { length: lengths[stage], columns: columnsOf(stage, input) }]),
  ) as Record<JudgedStage, { length: number; columns: number }>;
};

/** Records every element that is judged, in place of the worst one. */
class Elements<T> extends Ledger<T> {
  readonly #F: Field<T>;
  readonly #sizes: ReturnType<typeof sizesOf>;
  readonly #record: (stage: JudgedStage, at: number, exact: number, firstOrder: number) => void;

  constructor(
    F: Field<T>,
    input: StepInput,
    record: (stage: JudgedStage, at: number, exact: number, firstOrder: number) => void,
  ) {
    super(F, input);
    this.#F = F;
    this.#sizes = sizesOf(input);
    this.#record = record;
  }

  override of(stage: JudgedStage): StageRecorder<T> {
    const { columns } = this.#sizes[stage];
    return {
      record: (_got, exact, firstOrder, i = 0, j = 0) =>
        this.#record(stage, i * columns + j, this.#F.toNumber(exact), firstOrder),
    };
  }
}

/**
 * Judges two outputs. In the first nothing is finite, so that every stage is judged from the input alone. In the second
 * the velocities are exact, which gives the rounding errors of the parameters: p' = p + eta v' has these and eta times the
 * error of v'.
 */
export function expectedOf(known: ExactReference<unknown>, arithmetic: Roundoff): Expected {
  const { input } = known;
  const dtype = dtypeOf(input);
  const sizes = sizesOf(input);
  const of = <V>(value: (stage: JudgedStage) => V) =>
    Object.fromEntries(JUDGED.map((stage) => [stage, value(stage)])) as Record<JudgedStage, V>;
  const expected = of((stage) => new Float64Array(sizes[stage].length));
  const bound = of((stage) => new Float64Array(sizes[stage].length));
  // What of g belongs to no token of the context is not compared.
  bound.backpropagated.fill(Infinity);
  const judge = (output: StepOutput, record: ConstructorParameters<typeof Elements>[2]) =>
    judgeCall(known, output, arithmetic, new Elements(known.F, input, record));

  const nothing = (stage: JudgedStage) => floats(dtype, sizes[stage].length).fill(Number.NaN);
  const { Y, Z, velocityY, velocityZ } = of(nothing);
  const stages = Object.fromEntries(STAGES.map((stage) => [stage, nothing(stage)]));
  judge({ Y, Z, velocityY, velocityZ, loss: Number.NaN, stages }, (stage, at, exact, firstOrder) => {
    expected[stage][at] = exact;
    bound[stage][at] = firstOrder;
  });
  const rounded = (stage: JudgedStage) => floats(dtype, expected[stage]);
  const exactly = { ...{ Y: rounded('Y'), Z: rounded('Z') }, velocityY: rounded('velocityY') };
  judge({ ...exactly, velocityZ: rounded('velocityZ'), loss: 0 }, (stage, at, _, firstOrder) => {
    if (stage === 'Y') bound.Y[at] = firstOrder + input.etaY * bound.velocityY[at];
    if (stage === 'Z') bound.Z[at] = firstOrder + input.etaZ * bound.velocityZ[at];
  });
  /** |eta v'| of a parameter: if it is beyond the largest number, the parameter may be infinite. */
  const moves = (stage: JudgedStage, at: number) => {
    if (stage === 'Y') return Math.abs(input.etaY * expected.velocityY[at]);
    return stage === 'Z' ? Math.abs(input.etaZ * expected.velocityZ[at]) : 0;
  };
  for (const stage of JUDGED)
    for (const [at, exact] of expected[stage].entries()) {
      const all = SECOND_ORDER * bound[stage][at] + U64 * Math.abs(exact);
      const beyond = Math.abs(exact) > LARGEST[dtype] || moves(stage, at) > LARGEST[dtype];
      bound[stage][at] = beyond || Number.isNaN(all) ? Infinity : all;
    }
  return of((stage) => ({ expected: expected[stage], bound: bound[stage] }));
}
