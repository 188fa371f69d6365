import { expect, it } from 'vitest';
import { isOtherModel } from '../../src/ladder/tree.ts';
import { DEFAULT_SEED } from '../../src/model/seeds.ts';
import { caseRowOf, storedCases } from '../../src/verify/keptCases.ts';
import { claims, rowsOf } from '../../src/verify/registry.ts';
import { certifiable, decideRow } from '../../src/verify/row.ts';

/**
 * Every row of a claim gets its expected verdict from random worlds, and each of its controls finds a violation.
 *
 * A statement that is false on a rung of the paper has worlds inside every other hypothesis, and worlds that restore the missing one; a
 * rung of another model is itself the hypothesis that is missing.
 *
 * @param runs worlds before a row's own share, by rung where one needs more. 20 overlook a violation in a part p of the worlds with probability (1 - p)^20, 1 % at
 *   p = 0.2; `.ci/run` decides the same rows in 80 worlds more, and 1 % is then left at p = 0.05
 * @param rare rungs whose violations are in so few worlds, and these so dear, that only the stored one is asked for
 */
export function itGetsItsVerdicts(
  claim: string,
  runs: Readonly<Record<string, number>> = {},
  rare: readonly string[] = [],
): void {
  const rows = rowsOf([claim]);
  it.each(rows.map((row) => [row.check.rung, row.check.expected, row] as const))(
    'on %s: %s, and the controls fail',
    async (rung, expected, entry) => {
      const { row, counterexample, isolated } = await decideRow(entry, {
        runs: runs[rung] ?? 20,
        seed: DEFAULT_SEED,
      });
      const name = `${claim} on ${rung}`;
      const see = `npm run build && npx snapcheck verify ${claim} --rung ${rung} shows its worlds`;
      const why = counterexample?.words ?? `${row.undecided} of ${row.worlds} worlds are undecided.`;
      expect(row.verdict, `${name}: ${why} ${see}. The verdict, expected as "${expected}"`).toBe(expected);
      expect(
        row.control,
        `${name}: some control finds no violation, so the check may be unable to fail. Each must drop a hypothesis that ` +
          `the statement needs (${row.controlDrops}); ${see}`,
      ).toBe('fails as it must');
      expect(
        row.restored,
        `${name}: where the hypothesis of "isolates" is restored the check must hold; ${see}`,
      ).toBe(expected === 'violated' && !isOtherModel(rung) ? 'holds as it must' : null);
      // Along a flow a world may lie within the error of its integration; one that fails refutes the row all the same.
      if (expected === 'holds') expect(row.undecided).toBe(0);
      else expect(row.undecided).toBeLessThan(row.worlds / 4);
      if (expected === 'violated') {
        // Along differential equations nothing can be certified, and nothing claims to be.
        expect(counterexample).toMatchObject({ certified: certifiable(entry.check), outcome: 'violated' });
        // What is shown is the kept case, where it has one: enclosures may tell earlier than an integration with its error does.
        const kept = storedCases(caseRowOf(entry)).find(({ isolates }) => isolates === undefined);
        if (kept) expect(counterexample!.margin.time).toBeLessThanOrEqual(kept.margin.time);
        if (!isOtherModel(rung))
          expect(isolated).toMatchObject({ certified: certifiable(entry.check), outcome: 'violated' });
        // Random worlds find it too, not only the stored one.
        if (!rare.includes(rung)) expect(row.violated).toBeGreaterThan(0);
      }
    },
  );
}

export const claimOf = (id: string) => claims.find((claim) => claim.id === id)!;
