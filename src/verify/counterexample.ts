import { defaultPrecision, type Precision } from '../decide/enclosure.ts';
import type { Judgement } from '../decide/margin.ts';
import { quoted } from '../io/text.ts';
import type { ModelWorld } from '../ladder/worlds.ts';
import type { Problem } from '../model/problem.ts';
import type { ClaimRow } from './registry.ts';
import { isCaseFile } from './replayPath.ts';
import type { Counterexample } from './result.ts';

const short = (x: number) => Number(x.toPrecision(3)).toString();

/** How much of a world without a problem is printed: enough to recognise it. */
const MOST_CHARACTERS = 300;

/** What a world of another model changes, in words. */
export function modelWords(world: Partial<ModelWorld>): string[] {
  const { kernel, normaliser, residual, heads, seed, rates } = world;
  return [
    ...(kernel === undefined ? [] : [`attention ${kernel}`]),
    ...(normaliser === undefined ? [] : [`normaliser ${normaliser}`]),
    ...(residual === undefined ? [] : [`residual ${short(residual)}`]),
    ...(heads === undefined
      ? []
      : [`${heads} heads${seed === undefined ? '' : ` from random logits (seed ${seed})`}`]),
    ...(rates?.optimiser === undefined ? [] : [`optimiser ${rates.optimiser}`]),
  ];
}

/** The world in a sentence, from whichever of the usual fields it has; else as it is. */
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
  parts.push(...modelWords(world as Partial<ModelWorld>));
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
  return parts.length > 0 ? parts.join('; ') : JSON.stringify(world).slice(0, MOST_CHARACTERS);
}

/** The command that shows one world of a row again. */
export const replayCommand = (
  { claim, check, module }: ClaimRow,
  path: string,
  seed: number,
  { cap, arithmetic }: Precision = defaultPrecision,
): string =>
  [
    `npx snapcheck verify ${module === undefined ? '' : `${quoted(module)} `}${claim.id} --rung ${check.rung}`,
    ...(isCaseFile(path) ? [] : [`--seed ${seed}`]),
    `--path ${path}`,
    ...(cap === defaultPrecision.cap ? [] : [`--digits ${cap}`]),
    ...(arithmetic === 'mpfr' ? ['--arithmetic mpfr'] : []),
  ].join(' ');

/** Where along a run a margin was read: at a step, at a time, or over all of it; nothing for a state on its own. */
function moment(time: number, world: unknown): string {
  const { steps, end } = world as { steps?: number; end?: number };
  if (time > 0) return end === undefined ? ` at step ${time}` : ` at t = ${short(time)}`;
  return steps === undefined ? '' : ` over the whole run of ${steps} steps`;
}

/**
 * Tells a failing world: what was asserted (which token of which class), where it fails and by how much, the world, why
 * such worlds fail where that is known, and how to see it again.
 */
export function counterexampleOf(
  row: ClaimRow,
  world: unknown,
  judgement: Judgement,
  path: string,
  seed: number,
  isolates: string | null = null,
): Counterexample {
  const { claim, check } = row;
  const { certified, digits, outcome, run } = judgement;
  const margin = judgement.margin ?? { name: 'the equalities of this row', value: 0, time: 0 };
  // A judge that says what it ran did not take its steps from the world.
  const when = run === undefined ? moment(margin.time, world) : '';
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
    isolates,
    world,
    ...(isCaseFile(path) ? { hypotheses: 'not checked' as const } : {}),
    margin,
    words: [
      ...(isolates === null ? [] : [`Every hypothesis holds but this: ${isolates}.`]),
      `Asserted: ${margin.name}. ${told} (${how}). World: ${describeWorld(world)}${run === undefined ? '' : `; run: ${run}`}.`,
      ...(outcome === 'violated' && check.why ? [`Why: ${check.why}`] : []),
    ].join(' '),
    path,
    replay: replayCommand(row, path, seed),
  };
}
