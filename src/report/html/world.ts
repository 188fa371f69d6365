/** A small world as a table: what each class draws from, and the numbers of its training. */
import { z } from 'zod';
import { reducedLayout } from '../../model/layout.ts';
import { occurrences, type Problem } from '../../model/problem.ts';
import { modelWords } from '../../verify/counterexample.ts';
import { short } from '../format.ts';
import { onShade, ramp } from '../pictures/palette.ts';
import { html, type Markup, raw } from './markup.ts';

/** As much of a world as can be shown; the worlds of some claims are no problems at all. */
const shown = z.looseObject({
  problem: z.object({
    vocabulary: z.number(),
    classes: z.array(
      z.object({
        next: z.number(),
        query: z.number(),
        tokens: z.array(z.number()),
        probabilities: z.array(z.number()),
        weight: z.number().optional(),
      }),
    ),
  }),
  Z: z.array(z.array(z.number())).optional(),
});

/** More columns than this are more than one sees. */
const MOST_TOKENS = 40;

/** Three significant digits, so that 0.999 is not 1. */
const digits = (x: number): string => String(Number(x.toPrecision(3)));

const shaded = (x: number, named: boolean): Markup =>
  html`<td class="${named ? 'named' : ''}" style="background:${raw(ramp('shade', 0.999 * x))};color:${raw(onShade(0.999 * x))}">${digits(x)}</td>`;

/** Classes x tokens with P(l|n), and the logits Z of each query below where the world has them. */
function matrix(
  problem: Problem,
  Z: readonly (readonly number[])[] | undefined,
  named: number | null,
): Markup {
  const omega = occurrences(problem);
  const tokens = [...omega.keys()].sort((a, b) => a - b);
  const layout = reducedLayout(problem);
  const classes = problem.classes.map(({ next, query, tokens: own, probabilities, weight }) => {
    const total = probabilities.reduce((a, b) => a + b, 0);
    const cells = tokens.map((token) => {
      const at = own.indexOf(token);
      return at < 0 ? html`<td class="muted">·</td>` : shaded(probabilities[at] / total, token === named);
    });
    return html`<tr><th scope="row">class ${next}, query ${query}${weight === undefined ? '' : `, weight ${short(weight)}`}</th>${cells}</tr>`;
  });
  const logits = (Z ?? []).map((row, m) => {
    const cells = tokens.map((token) => html`<td>${short(row[layout.tokens.indexOf(token)] ?? 0)}</td>`);
    return html`<tr><th scope="row">logit z, query ${layout.queries[m]}</th>${cells}</tr>`;
  });
  const heads = tokens.map(
    (token) =>
      html`<th scope="col" class="${token === named ? 'named' : ''}">token ${token}<br><span class="muted small">${omega.get(token)!.length > 1 ? 'common' : 'distinct'}</span></th>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="P(l|n) of each class"><table class="world"><thead><tr><th scope="col">P(l|n)</th>${heads}</tr></thead><tbody>${classes}${logits}</tbody></table></div>`;
}

/** What trains the world, in a line: `M = 3, etaY = 1, etaY/etaZ = 1, to t = 50`. */
function numbers(world: Record<string, unknown>): string {
  const { problem, rates } = world as {
    problem: Problem;
    rates?: { etaY: number; etaZ: number; momentum: number };
  };
  const words: Record<string, string> = {
    steps: 'steps',
    end: 'time at the end',
    batch: 'batch',
    length: 'T',
    ...(world.heads === undefined && { seed: 'seed of the samples' }),
    factor: 'factor of the learning rate',
  };
  return [
    ...modelWords(world),
    `M = ${problem.vocabulary}`,
    ...(rates
      ? [
          `etaY = ${short(rates.etaY)}`,
          `etaZ = ${short(rates.etaZ)}`,
          ...(rates.momentum ? [`momentum ${rates.momentum}`] : []),
        ]
      : []),
    ...Object.entries(words).flatMap(([key, word]) =>
      typeof world[key] === 'number' ? [`${word} ${key === 'seed' ? world[key] : short(world[key])}`] : [],
    ),
  ].join(', ');
}

/**
 * @param world plain JSON @param named the token that the failing margin names, to be marked
 */
export function worldTable(world: unknown, named: number | null): Markup {
  const json = html`<details><summary>The world as JSON</summary><pre>${JSON.stringify(world, null, 1)}</pre></details>`;
  const read = shown.safeParse(world);
  if (!read.success) return json;
  const { problem, Z } = read.data;
  if (new Set(problem.classes.flatMap(({ tokens }) => tokens)).size > MOST_TOKENS) return json;
  return html`${matrix(problem, Z, named)}<p class="small">${numbers(read.data)}</p>${json}`;
}
