import { expect, it } from 'vitest';
import type { AnyCheck } from '../../src/claims/claim.ts';
import { defaultPrecision } from '../../src/decide/enclosure.ts';
import { visitWorlds } from '../../src/decide/search.ts';
import { clopperPearson } from '../../src/decide/statistics.ts';
import { isOtherModel } from '../../src/ladder/tree.ts';
import { DEFAULT_SEED } from '../../src/model/seeds.ts';
import { fastTraining } from '../../src/verify/fastTraining.ts';
import { seedOf, violates, worldsAsked } from '../../src/verify/jobs.ts';
import { caseRowOf, storedCases } from '../../src/verify/keptCases.ts';
import { type ClaimRow, claims, rowsOf } from '../../src/verify/registry.ts';
import { certifiable, decideRow } from '../../src/verify/row.ts';

/** Worlds before a row's own share. */
const WORLDS = 20;
/**
 * Worlds that are judged where a run of `verify` judges more in any case. A universal statement needs one that enclosures decide: they decide a fifth
 * of the worlds of a flow, and 20 have none with a probability of 1 %. Of the one rate, 60 worlds allow two violations, and have more in 1 run of 80
 * (src/claims/sparsification.ts).
 */
const leastOf = ({ least, rate }: AnyCheck): number | undefined =>
  least && Math.min(least, rate === undefined ? 20 : 60);

/** Whether one of the row's worlds from one place up to another violates; none is judged after it. */
async function violatesAmong(row: ClaimRow, from: number, to: number): Promise<boolean> {
  let found = false;
  const { worlds, judge } = row.check;
  await visitWorlds(worlds, { from, runs: to - from, seed: seedOf(row, DEFAULT_SEED) }, async (world) => {
    found = violates(await judge(world, fastTraining, defaultPrecision));
    return !found;
  });
  return found;
}

/**
 * Every row of a claim gets its expected verdict from random worlds, and each of its controls finds a violation.
 *
 * A statement that is false on a rung of the paper has worlds inside every other hypothesis, and worlds that restore the missing one; a
 * rung of another model is itself the hypothesis that is missing.
 *
 * Twenty worlds overlook a violation in a part p of the worlds with probability (1 - p)^20, 1 % at p = 0.2; `.ci/run` decides the same
 * rows in 80 worlds more, and 1 % is then left at p = 0.05.
 *
 * @param search worlds before a row's own share, by rung, among which one violates, where violations are in fewer than a fifth of them
 * @param rare rungs whose violations are in so few worlds, and these so dear, that only the stored one is asked for
 */
export function itGetsItsVerdicts(
  claim: string,
  search: Readonly<Record<string, number>> = {},
  rare: readonly string[] = [],
): void {
  const rows = rowsOf([claim]);
  it.each(rows.map((row) => [row.check.rung, row.check.expected, row] as const))(
    'on %s: %s, and the controls fail',
    async (rung, expected, { check, ...rest }) => {
      const entry = { ...rest, check: { ...check, least: leastOf(check) } };
      const options = { runs: WORLDS, seed: DEFAULT_SEED };
      const { row, counterexample, isolated } = await decideRow(entry, options);
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
      // Of the few worlds before a search a quarter may be undecided by chance: an exact limit.
      else if (rung in search)
        expect(clopperPearson(row.undecided, row.worlds, 0.01).low).toBeLessThan(1 / 4);
      else expect(row.undecided).toBeLessThan(row.worlds / 4);
      if (expected === 'violated') {
        // A violation is certified where the row can be, and claims to be nowhere else.
        expect(counterexample).toMatchObject({ certified: certifiable(entry.check), outcome: 'violated' });
        // What is shown is the kept case, where it has one: enclosures may tell earlier than an integration with its error does.
        const kept = storedCases(caseRowOf(entry)).find(({ isolates }) => isolates === undefined);
        if (kept) expect(counterexample!.margin.time).toBeLessThanOrEqual(kept.margin.time);
        if (!isOtherModel(rung))
          expect(isolated).toMatchObject({ certified: certifiable(entry.check), outcome: 'violated' });
        // Random worlds find it too, not only the stored one.
        if (rare.includes(rung)) return;
        const judged = row.worlds + row.idle;
        const found =
          row.violated > 0 ||
          (await violatesAmong(entry, judged, worldsAsked(entry.check, search[rung] ?? 0)));
        expect(found).toBe(true);
      }
    },
  );
}

export const claimOf = (id: string) => claims.find((claim) => claim.id === id)!;
