import { expect, it } from 'vitest';
import { DEFAULT_SEED } from '../../src/model/seeds.ts';
import { claims, rowsOf } from '../../src/verify/registry.ts';
import { certifiable, decideRow } from '../../src/verify/row.ts';

/**
 * Every row of a claim gets its expected verdict from random worlds, and each of its controls finds a violation.
 * `runs` is the size before a row's own share.
 */
export function itGetsItsVerdicts(claim: string, runs = 40): void {
  const rows = rowsOf([claim]);
  it.each(rows.map((row) => [row.check.rung, row.check.expected, row] as const))(
    'on %s: %s, and the controls fail',
    async (_rung, expected, entry) => {
      const { row, counterexample, isolated } = await decideRow(entry, { runs, seed: DEFAULT_SEED });
      expect(row.verdict, counterexample?.words ?? '').toBe(expected);
      expect(row.control).toBe('fails as it must');
      expect(row.restored).toBe(expected === 'violated' ? 'holds as it must' : null);
      // Along a flow a world may lie within the error of its integration; one that fails refutes the row all the same.
      if (expected === 'holds') expect(row.undecided).toBe(0);
      else expect(row.undecided).toBeLessThan(row.worlds / 4);
      if (expected === 'violated') {
        // Along differential equations nothing can be certified, and nothing claims to be.
        expect(counterexample).toMatchObject({ certified: certifiable(entry.check), outcome: 'violated' });
        expect(isolated).toMatchObject({ certified: certifiable(entry.check), outcome: 'violated' });
        // Random worlds find it too, not only the stored one.
        expect(row.violated).toBeGreaterThan(0);
      }
    },
  );
}

export const claimOf = (id: string) => claims.find((claim) => claim.id === id)!;
