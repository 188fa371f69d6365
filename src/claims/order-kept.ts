import { positive } from '../decide/margin.ts';
import { flowWorld } from '../generators/flows.ts';
import { problem as anyProblem, unequalDistinct } from '../generators/problems.ts';
import { flow } from '../ladder/flow.ts';
import type { FlowWorld } from '../ladder/worlds.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import type { OverFlow } from './motions.ts';
import { kinds } from './tokens.ts';

/**
 * Of two distinct tokens l, k of class n with P_l > P_k: f_l > f_k at every time of the flow of Lemma 1 from zero.
 *
 * Proof. Rows l and k of Y move by class n alone, Y_l' = (etaY/K) f_l r with r = e_n - alpha_n. So for g = Y r
 *
 *     g_l(t) - g_k(t) = (etaY/K) int_0^t (f_l - f_k)(s) r(s).r(t) ds,
 *
 * and r(s).r(t) > 0: every r is positive at n and negative elsewhere. At the first time with f_l = f_k this gives g_l > g_k, so
 * (ln f_l/f_k)' = z_l' - z_k' = (etaZ/K) f_l (g_l - g_k) > 0. But f_l/f_k came down to 1: a contradiction.
 *
 * Given as `over`, not `along`: the sums of the rows of dZ, which `along` adds, are noise where a row stands still, and f does not
 * depend on them.
 *
 * @param pairs which tokens of a class are compared
 * @param least 'tie': f_l > f_k; 'start': z_l > z_k, so that f_l/f_k stays above P_l/P_k
 */
const orderKept = (pairs: 'distinct' | 'all', least: 'tie' | 'start'): OverFlow<FlowWorld> =>
  function* (F, motions, world) {
    for (const { problem, layout, Z, f, time } of motions(world)) {
      const { distinct } = kinds(problem, layout);
      for (const [n, { row, support }] of layout.classes.entries()) {
        const { next, probabilities: P } = problem.classes[n];
        const order = [...support.keys()]
          .filter((i) => pairs === 'all' || distinct[n].includes(support[i]))
          .sort((i, j) => P[j] - P[i]);
        for (const [at, i] of order.slice(1).entries()) {
          const more = order[at];
          if (P[more] === P[i]) continue;
          const [a, b] = [more, i].map((j) => layout.tokens[support[j]]);
          const name = `token ${a} keeps more attention than ${b} in class ${next}`;
          const lead = F.sub(Z[row][support[more]], Z[row][support[i]]);
          if (least === 'start') yield positive(`${name}, by P/P at least`, lead, F.of(1), time);
          else yield positive(name, F.sub(f[n][more], f[n][i]), f[n][more], time);
        }
      }
    }
  };

export const orderKeptClaim: Claim = {
  id: 'order-kept',
  source: 'own (what the true flow keeps of Theorem 3)',
  headline: false,
  statement:
    'No distinct token overtakes: of two distinct tokens of a class the more frequent one has more attention at every time, ' +
    'whatever the learning rates, the overlaps of classes and the number of common tokens.',
  formula: String.raw`P(l|n) > P(k|n) \;\Rightarrow\; f_{nl}(t) > f_{nk}(t) \text{ for all } t`,
  silent:
    'It does not say that the more frequent token gains more: its lead f_l/f_k may shrink, even below P(l|n)/P(k|n), where it starts. ' +
    'It says nothing about common tokens, large steps, or a start other than zero.',
  checks: [
    check.flow({
      rung: flow,
      statement:
        'At every time from zero to etaY t = 1e6, etaY/etaZ from 0.01 to 1000: the more frequent of two distinct tokens has more attention.',
      expected: 'holds',
      worlds: flowWorld(anyProblem(), [-2, 3]),
      over: orderKept('distinct', 'tie'),
      share: 0.5,
      least: 40,
      controls: [
        {
          drops: 'that both tokens are distinct: common ones are compared too',
          over: orderKept('all', 'tie'),
        },
        {
          drops: 'the tie as the limit: the lead must stay above P(l|n)/P(k|n), where it starts',
          worlds: flowWorld(unequalDistinct(), [-2, 0], [3, 6]),
          over: orderKept('distinct', 'start'),
        },
      ],
    }),
  ],
};
