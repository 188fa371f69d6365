/** The ladder: from training as it is run to what the theorems assume. */
import { branches } from '../../ladder/branches.ts';
import { flow } from '../../ladder/flow.ts';
import { frozen } from '../../ladder/frozen.ts';
import { modified } from '../../ladder/modified.ts';
import { population } from '../../ladder/population.ts';
import { sgd } from '../../ladder/sgd.ts';
import { singleCt } from '../../ladder/single-ct.ts';
import { twoTimescale } from '../../ladder/two-timescale.ts';
import type { Result } from '../../verify/result.ts';
import { verdictCounts } from '../closing.ts';
import { anchor, html, type Markup } from './markup.ts';

export interface Step {
  readonly id: string;
  /** Two words that a narrow column has room for. */
  readonly short: string;
  readonly title: string;
  readonly assumption: string;
}

const SHORT: Record<string, string> = {
  [sgd.id]: 'training',
  [population.id]: 'expected steps',
  [flow.id]: 'gradient flow',
  [modified.id]: 'modified flow',
  [frozen.id]: 'fixed attention',
  [twoTimescale.id]: 'theorems',
  [singleCt.id]: 'one token',
  'kernel-attention': 'other attention',
  heads: 'heads',
  sign: 'signed ascent',
};

/** From what is trained to what is most idealised; then the rungs of other models, and `algebra`, beside the ladder. */
export const ladder: readonly Step[] = [
  ...[sgd, population, flow, modified, frozen, twoTimescale, singleCt].map(({ id, title, assumption }) => ({
    id,
    short: SHORT[id],
    title,
    assumption,
  })),
  ...branches.map(({ id, title, parent, relaxes }) => ({
    id,
    short: SHORT[id],
    title,
    assumption: `as ${parent}, but not: ${relaxes}`,
  })),
  {
    id: 'algebra',
    short: 'no dynamics',
    title: 'no dynamics: a statement about formulas alone',
    assumption: 'only what the statement itself says',
  },
];

export function ladderSection({ rows }: Pick<Result, 'rows'>): Markup {
  const steps = ladder.map(({ id, title, assumption }) => {
    const mine = rows.filter(({ rung }) => rung === id);
    return html`<tr role="row" id="${anchor('rung', id)}"><th role="rowheader" scope="row"><code>${id}</code></th><td role="cell" class="bare">${title}</td><td role="cell" data-title="assumed">${assumption}</td><td role="cell" data-title="verdicts here">${mine.length > 0 ? verdictCounts(mine) : 'none checked'}</td></tr>`;
  });
  return html`<p>The paper gets from training to its theorems in steps; each step makes one assumption. A rung is the training dynamics after such a step. A claim is checked on one rung after the other, so that one sees where it stops being true. The paper's theorems speak of <code>two-timescale</code> and <code>single-ct</code>; what people train is <code>sgd</code>. Below them stand rungs of other models: each drops one assumption of the rung that it names.</p>
<table class="cards-when-narrow" role="table"><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">rung</th><th role="columnheader" scope="col">what moves</th><th role="columnheader" scope="col">assumed, beyond the rung before</th><th role="columnheader" scope="col">verdicts here</th></tr></thead><tbody role="rowgroup">${steps}</tbody></table>`;
}
