import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dot } from '../../src/arithmetic/field.ts';
import { kinds } from '../../src/claims/tokens.ts';
import { confirm } from '../../src/decide/enclosure.ts';
import { symmetricWorld } from '../../src/generators/symmetric.ts';
import { attentionVelocity, gram } from '../../src/ladder/two-timescale.ts';
import type { RunWorld } from '../../src/ladder/worlds.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { fastTraining } from '../../src/verify/fastTraining.ts';
import { shrinkingWith } from '../support/overlap.ts';
import { claimOf, itGetsItsVerdicts } from './rows.ts';

describe('discriminative-symmetric', () => {
  itGetsItsVerdicts('discriminative-symmetric');

  it("is a single common token in disguise: E = phi phi^T off the diagonal, z_l' = -(r_l/|r|)^2 sum (1-phi_n^2) xi_n / K", () => {
    fc.assert(
      fc.property(symmetricWorld(), ({ problem, Z }) => {
        const layout = reducedLayout(problem);
        const { common } = kinds(problem, layout);
        shrinkingWith((F) => {
          const logits = Z.map((row) => row.map(F.of));
          const { f, xi, dZ } = attentionVelocity(F, problem, layout, logits);
          const r = layout.classes.map(({ support }, n) => common.map((l) => f[n][support.indexOf(l)]));
          const squares = r.map((x) => dot(F, x, x));
          const G = gram(F, layout, f);
          const off = G.flatMap((row, n) =>
            row.flatMap((g, k) => (k === n ? [] : [F.sub(F.mul(g, g), F.mul(squares[n], squares[k]))])),
          );
          const pull = squares.reduce((s, phi, n) => F.add(s, F.mul(F.sub(F.of(1), phi), xi[n])), F.of(0));
          const speeds = common.map((l, i) => {
            const share = F.div(F.mul(r[0][i], r[0][i]), squares[0]);
            return F.add(dZ[0][l], F.div(F.mul(share, pull), F.of(problem.classes.length)));
          });
          return [...off, ...speeds];
        });
      }),
      { seed: 69, numRuns: 30 },
    );
  });

  it('fails in training with a decoder no faster than attention: at etaY = etaZ = 0.75 a common token gains', async () => {
    const world: RunWorld = {
      problem: {
        vocabulary: 4,
        classes: [
          { next: 0, query: 0, tokens: [0, 1, 2], probabilities: [20, 3, 1] },
          { next: 1, query: 0, tokens: [0, 1, 3], probabilities: [20, 3, 1] },
        ],
      },
      rates: { etaY: 0.75, etaZ: 0.75, momentum: 0 },
      steps: 120,
    };
    const check = claimOf('discriminative-symmetric').checks.find(({ rung }) => rung === 'population')!;
    const { outcome, margin } = await check.judge(world, fastTraining);
    expect(outcome).toBe('violated');
    expect(confirm(check.margins!, world, margin!)).toMatchObject({ outcome: 'violated', certified: true });
  });
});
