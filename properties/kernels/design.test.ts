/** The design with which a run begins: every two choices of two aspects meet in a case. */
import { expect, it } from 'vitest';
import { aspectsWithin, pairDesign } from '../../src/kernels/cases/design.ts';
import type { Regime } from '../../src/kernels/cases/regime.ts';
import { uniformStream } from '../../src/model/uniform.ts';

it.each([undefined, 2 ** 15])(
  'has every pair of choices, the default of an aspect among them (sizes up to %s)',
  (largest) => {
    const aspects = aspectsWithin(largest);
    const choices = aspects.map((aspect) => [undefined, ...aspect]);
    const rows = [...pairDesign(aspects, uniformStream(1))].map((row) =>
      aspects.map((aspect) => row.find((regime) => aspect.includes(regime))),
    );
    const name = (regime: Regime | undefined) => regime?.id ?? 'default';
    const lacking: string[] = [];
    for (const [a, mine] of choices.entries())
      for (const [b, others] of choices.entries())
        for (const x of mine)
          for (const y of others)
            if (a < b && !rows.some((row) => row[a] === x && row[b] === y))
              lacking.push(`${name(x)} + ${name(y)}`);
    expect(lacking).toEqual([]);
  },
);
