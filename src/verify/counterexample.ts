import type { Judgement } from '../decide/margin.ts';
import type { Problem } from '../model/problem.ts';
import type { ClaimRow } from './registry.ts';
import type { Counterexample } from './result.ts';

const short = (x: number) => Number(x.toPrecision(3)).toString();

/** The world in a sentence, from whichever of the usual fields it has. */
export function describeWorld(world: unknown): string {
  const { problem, rates, steps, end, batch, length } = world as {
    problem?: Problem;
    rates?: { etaY: number; etaZ: number };
    steps?: number;
    end?: number;
    batch?: number;
    length?: number;
  };
  const parts: string[] = [];
  if (problem) {
    const classes = problem.classes.map((c) => {
      const total = c.probabilities.reduce((a, b) => a + b, 0);
      const tokens = c.tokens.map((l, i) => `${l}: ${short(c.probabilities[i] / total)}`).join(', ');
      return `class ${c.next} after query ${c.query} {${tokens}}`;
    });
    parts.push(`M = ${problem.vocabulary}, ${classes.join('; ')}`);
  }
  if (rates) parts.push(`etaY = ${short(rates.etaY)}, etaY/etaZ = ${short(rates.etaY / rates.etaZ)}`);
  if (steps !== undefined) parts.push(`${steps} steps`);
  if (end !== undefined) parts.push(`to t = ${short(end)}`);
  if (batch !== undefined && length !== undefined) parts.push(`batch ${batch}, T = ${length}`);
  return parts.join('; ');
}

/** Tells a failing world: what was asserted, where it fails and by how much, the world, and how to see it again. */
export function counterexampleOf(
  { claim, check }: ClaimRow,
  world: unknown,
  judgement: Judgement,
  path: string,
  seed: number,
): Counterexample {
  const { certified, digits, outcome } = judgement;
  const margin = judgement.margin ?? { name: 'nothing was asked', value: 0, time: 0 };
  const at =
    (world as { end?: number }).end === undefined ? `step ${margin.time}` : `t = ${short(margin.time)}`;
  const when = margin.time > 0 ? ` at ${at}` : '';
  const how = certified ? `certified with ${digits} digits` : 'measured in float64';
  const told = {
    violated: `It fails${when}: margin ${short(margin.value)} of its scale`,
    held: `It holds${when}: least margin ${short(margin.value)} of its scale`,
    undecided: `It stays undecided${when}: margin near ${short(margin.value)} of its scale`,
  }[outcome];
  return {
    claim: claim.id,
    rung: check.rung,
    expected: check.expected === 'violated',
    outcome,
    certified,
    world,
    margin,
    words: `Asserted: ${margin.name}. ${told} (${how}). World: ${describeWorld(world)}.`,
    path,
    replay: `snapcheck verify ${claim.id} --rung ${check.rung}${path.endsWith('.json') ? '' : ` --seed ${seed}`} --path ${path}`,
  };
}
