import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { halfWidth, longSequence } from '../../src/claims/long-sequence.ts';
import { decide } from '../../src/decide/enclosure.ts';
import { problem } from '../../src/generators/problems.ts';
import { longSequenceWorld } from '../../src/generators/sequences.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { probabilities } from '../../src/model/problem.ts';
import { attention } from '../../src/model/transformer.ts';
import { binomialOutside } from '../support/decoder.ts';
import { itGetsItsVerdicts } from './rows.ts';

const [frequencies, limits] = longSequence.checks;

describe('long-sequence', () => {
  itGetsItsVerdicts('long-sequence');

  it.each([
    [8, 0.1],
    [40, 0.01],
    [127, 0.2],
  ])(
    'n = %i, d = %d: the least margin over all P is that of the worst P of a fine grid',
    async (draws, delta) => {
      const { margin } = await frequencies.judge({ draws, delta }, null as never);
      const a = draws * halfWidth(delta, draws + 1, 1);
      let worst = 0;
      for (let i = 1; i < 4000; i++)
        worst = Math.max(worst, binomialOutside(draws, i / 4000, (draws * i) / 4000, a));
      const attained = (1 - margin!.value) * delta;
      // The grid misses the worst point by 1/4000 at most; the law moves by that times n.
      expect(worst).toBeLessThanOrEqual(attained * (1 + 1e-9));
      expect(worst).toBeGreaterThan(attained * 0.9);
    },
  );

  it('no frequencies of the box move attention further than those that are asked', () => {
    fc.assert(
      fc.property(
        longSequenceWorld(problem(), 0.2),
        fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true })),
        (world, stream) => {
          const p = probabilities(float64, world.problem.classes[world.cls]);
          const { support, row } = reducedLayout(world.problem).classes[world.cls];
          const z = support.map((t) => world.Z[row][t]);
          const w = halfWidth(0.2, world.length, p.length);
          const c = attention(float64, z, p)[world.token];
          // Any move within the box that keeps the sum: a random one, without its mean, scaled into the box.
          const raw = p.map(() => stream.next().value as number);
          const move = raw.map((x) => x - raw.reduce((s, y) => s + y, 0) / raw.length);
          const scale = Math.min(
            1,
            ...move.map((x, k) => (x > 0 ? Math.min(w, 1 - p[k]) / x : x < 0 ? Math.min(w, p[k]) / -x : 1)),
          );
          const v = attention(
            float64,
            z,
            p.map((x, k) => Math.max(0, x + scale * move[k])),
          )[world.token];
          const judged = decide(limits.margins!, world);
          expect(judged.outcome).toBe('held');
          const e = z.map((x) => Math.exp(x - Math.max(...z)));
          const S = e.reduce((s, x, k) => s + x * p[k], 0);
          const all = e.reduce((s, x) => s + x, 0);
          const bound = (w * (e[world.token] + c * all)) / (S - w * all);
          expect(Math.abs(v - c)).toBeLessThanOrEqual(bound * (1 - judged.margin!.value) + 1e-12);
        },
      ),
      { seed: 18, numRuns: 60 },
    );
  });
});
