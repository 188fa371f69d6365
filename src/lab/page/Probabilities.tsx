/** The probabilities of the selected class, to be edited; the others of the class keep their proportions. */
import type { Problem } from '../../model/problem.ts';
import type { LabWorld } from '../worlds.ts';
import { NumberField } from './NumberField.tsx';
import { classWords, tokenName } from './words.ts';

interface Edited {
  readonly world: LabWorld;
  readonly selected: number;
  readonly onChange: (problem: Problem) => void;
}

/** Most tokens with fields. */
const MOST_FIELDS = 60;
const BETWEEN = { low: 0, high: 1 };

/** The problem with one probability set, and the others of its class scaled so that they sum to 1. */
export function withProbability(problem: Problem, index: number, place: number, p: number): Problem {
  const classes = problem.classes.map((one, n) => {
    if (n !== index) return one;
    const rest = one.probabilities.reduce((sum, q, i) => (i === place ? sum : sum + q), 0);
    const probabilities = one.probabilities.map((q, i) => (i === place ? p : (q / rest) * (1 - p)));
    return { ...one, probabilities };
  });
  return { ...problem, classes };
}

export function Probabilities({ world, selected, onChange }: Edited) {
  const { problem } = world;
  const one = problem.classes[selected];
  if (!one) return null;
  const total = one.probabilities.reduce((a, b) => a + b, 0);
  const few = one.tokens.length <= MOST_FIELDS;
  const fault = (p: number) =>
    p > BETWEEN.low && p < BETWEEN.high ? undefined : 'expected a number between 0 and 1';
  return (
    <details class="more">
      <summary>Probabilities of {classWords(world, one)}</summary>
      {one.tokens.length < 2 ? (
        <p class="small muted">This class has one token: its probability is 1.</p>
      ) : few ? (
        <>
          <p class="small muted">
            Change one: the others of the class keep their proportions, and all sum to 1.
          </p>
          <div class="probabilities">
            {one.tokens.map((token, i) => (
              <NumberField
                key={token}
                label={tokenName(world, token)}
                value={Number((one.probabilities[i] / total).toPrecision(6))}
                fault={fault}
                onCommit={(p) => onChange(withProbability(problem, selected, i, p))}
              />
            ))}
          </div>
        </>
      ) : (
        <p class="small muted">A class of {one.tokens.length} tokens is edited in its file.</p>
      )}
    </details>
  );
}
