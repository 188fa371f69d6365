/** The tree of rungs: from training as it is run to what the theorems assume, and other models beside it. */
import { type RungTree, rungs, rungTree } from '../../ladder/tree.ts';
import type { Result, Row } from '../../verify/result.ts';
import { verdictCounts } from '../closing.ts';
import { changeText } from '../rungTree.ts';
import { anchor, html, type Markup } from './markup.ts';

export interface Step {
  readonly id: string;
  /** Two words that a narrow column has room for. */
  readonly short: string;
}

const SHORT: Readonly<Record<string, string>> = {
  sgd: 'training',
  population: 'expected steps',
  flow: 'gradient flow',
  modified: 'modified flow',
  frozen: 'fixed attention',
  'two-timescale': 'theorems',
  'single-ct': 'one token',
  'other-kernel': 'other attention',
  'no-normalisation': 'f = v',
  layernorm: 'LayerNorm',
  residual: 'residual',
  heads: 'heads',
  adam: 'Adam',
  sign: 'signed ascent',
  'kernel-limit': 'other attention',
  'layernorm-limit': 'LayerNorm',
  'residual-limit': 'residual',
  algebra: 'no dynamics',
};

/** Every rung with its short name, and `algebra`, in the order of reports. */
export const ladder: readonly Step[] = [...rungs.map(({ id }) => id), 'algebra'].map((id) => ({
  id,
  short: SHORT[id] ?? id,
}));

const item = (id: string, text: string, rows: readonly Row[], below: Markup): Markup => {
  const mine = rows.filter(({ rung }) => rung === id);
  return html`<li id="${anchor('rung', id)}"><p><code>${id}</code> <span class="small muted">${mine.length > 0 ? verdictCounts(mine) : 'none checked'}</span><br>${text}</p>${below}</li>`;
};

const branch = ({ rung, children }: RungTree, rows: readonly Row[]): Markup =>
  item(
    rung.id,
    `${rung.title}. ${changeText(rung)}.`,
    rows,
    children.length > 0 ? html`<ul>${children.map((child) => branch(child, rows))}</ul>` : html``,
  );

export function ladderSection({ rows }: Pick<Result, 'rows'>): Markup {
  return html`<p>The paper gets from training to its theorems in steps; each step makes one assumption. A rung is the training dynamics after such a step. A claim is checked on one rung after the other, so that one sees where it stops being true. The paper's theorems speak of <code>two-timescale</code> and <code>single-ct</code>; what people train is <code>sgd</code>. A rung of another model drops one assumption of the rung above it, and keeps the others.</p>
<ul class="tree">${rungTree().map((tree) => branch(tree, rows))}${item('algebra', 'No dynamics: a statement about formulas alone.', rows, html``)}</ul>`;
}
