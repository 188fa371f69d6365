/**
 * The false-alarm budget of a run: how likely one on a fresh seed ends otherwise than expected although nothing changed.
 * A run ends so when a row that must hold has a world that violates or stays undecided, when a row that allows a rate
 * sees too many, when a row that must be refuted is not, or when a control finds nothing. What one world does is bounded by
 * exact limits from pooled fresh seeds, all of them together at the stated confidence.
 */
import {
  controlMiss,
  type Pooled,
  rateAlarm,
  rateControlMiss,
  universalAlarm,
} from '../decide/falseAlarm.ts';
import { clopperPearson, LEVEL } from '../decide/statistics.ts';
import type { Verdict } from '../decide/verdict.ts';
import { CONTROL_LOOKS } from './jobs.ts';

/** What fresh seeds showed of the worlds of a control, drawn until one violated. */
export interface ControlEvidence {
  readonly drops: string;
  /** Worlds of one run. */
  readonly asked: number;
  readonly drawn: number;
  readonly violated: number;
}

/** What fresh seeds showed of a row. */
export interface RowEvidence {
  readonly claim: string;
  readonly rung: string;
  readonly expected: Verdict;
  /** The fraction that may violate; null for a statement about every world. */
  readonly rate: number | null;
  /** Worlds of one run. */
  readonly asked: number;
  readonly held: number;
  readonly violated: number;
  readonly undecided: number;
  /** A kept counterexample refutes it in every run, whatever the seed. */
  readonly kept: boolean;
  readonly controls: readonly ControlEvidence[];
  /** Worlds in which the missing hypothesis is restored, all of which must hold; null where there are none. */
  readonly restored: Pooled | null;
}

export interface Alarm {
  readonly what: string;
  /** An upper limit of the chance in one run. */
  readonly chance: number;
}

export interface FalseAlarms {
  /** All limits hold together with at least this probability. */
  readonly confidence: number;
  /** Largest first. */
  readonly alarms: readonly Alarm[];
  /** Their sum: an upper limit of the chance that a run on a fresh seed ends otherwise than expected. */
  readonly sum: number;
}

const judged = ({ held, violated, undecided }: RowEvidence): number => held + violated + undecided;

/** @param level the chance that any of the limits is wrong */
export function falseAlarms(rows: readonly RowEvidence[], level = 0.01): FalseAlarms {
  const universal = rows.filter(({ expected, rate }) => expected === 'holds' && rate === null);
  const rates = rows.filter(({ rate }) => rate !== null);
  const open = rows.filter(({ expected, rate, kept }) => expected === 'violated' && rate === null && !kept);
  const restored = rows.flatMap((row) => row.restored ?? []);
  const controls = rows.flatMap((row) => row.controls.map((control) => ({ row, control })));
  // Each limit at an equal part of the level; the two pools are one limit each.
  const part = level / (2 + rates.length + open.length + controls.length);
  const high = (k: number, n: number) => clopperPearson(k, n, 2 * part).high;
  const low = (k: number, n: number) => clopperPearson(k, n, 2 * part).low;

  const pool = universal.map(
    (row): Pooled => ({
      worlds: judged(row),
      failed: row.violated + row.undecided,
      asked: row.asked,
    }),
  );
  const controlChance = ({ rate }: RowEvidence, { asked, drawn, violated }: ControlEvidence) => {
    // Drawn until one violated: a limit from below holds for a number of worlds that was not fixed, too.
    const q = low(violated, drawn);
    return rate === null ? controlMiss(asked, q) : rateControlMiss(asked, rate, q, LEVEL / CONTROL_LOOKS);
  };
  const alarms = [
    { what: `a world of the ${universal.length} rows that must hold`, chance: universalAlarm(pool, part) },
    ...(restored.length > 0
      ? [
          {
            what: `a world of ${restored.length} restored hypotheses`,
            chance: universalAlarm(restored, part),
          },
        ]
      : []),
    ...rates.map((row) => ({
      what: `too many violations: ${row.claim} on ${row.rung}`,
      chance: rateAlarm(row.asked, row.rate!, high(row.violated + row.undecided, judged(row))),
    })),
    ...open.map((row) => ({
      what: `no violation: ${row.claim} on ${row.rung}`,
      chance: controlMiss(row.asked, low(row.violated, judged(row))),
    })),
    ...controls.map(({ row, control }) => ({
      what: `a control finds nothing: ${row.claim} on ${row.rung} (${control.drops})`,
      chance: controlChance(row, control),
    })),
  ].sort((a, b) => b.chance - a.chance);
  return { confidence: 1 - level, alarms, sum: alarms.reduce((sum, { chance }) => sum + chance, 0) };
}
