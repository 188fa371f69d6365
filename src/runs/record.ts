/** Records a training run as it goes, and writes it as JSON lines. */
import { type Layout, reducedLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import type { Matrix, Parameters } from '../model/transformer.ts';
import type { Moment } from '../trainers/experiment.ts';
import type { RecordedRates, RecordedRun, RecordedType } from './run.ts';

/** Most recorded states: more are not seen in a picture. */
const MOST_STATES = 200;
/** Most entries of Y in all states: about 40 MB of text. A larger run is recorded without Y. */
const MOST_Y = 2e6;

/** The steps that are recorded: all of at most 200; of more, the start and 200 whose ratios are as equal as whole numbers allow. */
export function recordedSteps(steps: number): number[] {
  if (steps <= MOST_STATES) return Array.from({ length: steps + 1 }, (_, t) => t);
  const spaced = Array.from({ length: MOST_STATES }, (_, i) => Math.round(steps ** (i / (MOST_STATES - 1))));
  return [...new Set([0, ...spaced])];
}

/** Y in all M columns: the merged one copied to the tokens that are no target. */
function allColumns(Y: Matrix<number>, { columns, vocabulary }: Layout): Matrix<number> {
  const place = new Map(columns.map((id, j) => [id, j]));
  const rest = place.get(-1);
  return Y.map((row) => Array.from({ length: vocabulary }, (_, id) => row[place.get(id) ?? rest!]));
}

/** Records the states of one run of an experiment of the paper's model. */
export class Recorder {
  readonly #problem: Problem;
  readonly #seed: number;
  readonly #chosen: ReadonlySet<number>;
  readonly #withY: boolean;
  readonly #steps: number[] = [];
  readonly #Z: Matrix<number>[] = [];
  readonly #Y: Matrix<number>[] = [];
  /** Loss before each recorded state's last step; null at the start. */
  readonly losses: (number | null)[] = [];

  constructor(problem: Problem, seed: number, steps: number) {
    const chosen = recordedSteps(steps);
    this.#problem = problem;
    this.#seed = seed;
    this.#chosen = new Set(chosen);
    this.#withY = chosen.length * reducedLayout(problem).tokens.length * problem.vocabulary <= MOST_Y;
  }

  /** Keeps the state where it is of the seed, and of a step that is recorded. */
  add({ seed, step, loss, layout, read }: Moment): void {
    if (seed !== this.#seed || !this.#chosen.has(step)) return;
    const { Y, Z }: Parameters<number> = read();
    if (![Z, Y].every((matrix) => matrix.every((row) => row.every(Number.isFinite)))) return;
    const { tokens, queries } = reducedLayout(this.#problem);
    const [row, column] = [layout.queries, layout.tokens].map((ids) => new Map(ids.map((id, i) => [id, i])));
    this.#steps.push(step);
    this.losses.push(loss ?? null);
    this.#Z.push(queries.map((m) => tokens.map((l) => Z[row.get(m)!][column.get(l)!])));
    if (!this.#withY) return;
    this.#Y.push(
      allColumns(
        tokens.map((l) => Y[column.get(l)!]),
        layout,
      ),
    );
  }

  run(rates: RecordedRates, type: RecordedType): RecordedRun {
    const [problem, steps, Z, Y] = [this.#problem, this.#steps, this.#Z, this.#Y];
    return { problem, steps, Z, ...(this.#withY && { Y }), rates, type };
  }
}

/** A run as JSON lines: a header, then a state a line. */
export function runLines({ problem, steps, Z, Y, rates, type }: RecordedRun): string {
  const header = { schema: 1, problem, ...(rates && { rates }), type };
  const states = steps.map((step, i) => ({ step, Z: Z[i], ...(Y && { Y: Y[i] }) }));
  return `${[header, ...states].map((line) => JSON.stringify(line)).join('\n')}\n`;
}
