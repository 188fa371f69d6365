import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { falseAlarms, type RowEvidence } from '../../src/verify/falseAlarms.ts';

const row: RowEvidence = {
  ...{ claim: 'a', rung: 'flow', expected: 'holds', rate: null },
  ...{ asked: 80, held: 8000, violated: 0, undecided: 0, kept: false },
  controls: [{ drops: 'x', asked: 200, drawn: 100, violated: 100 }],
  restored: null,
};
const sum = (...rows: RowEvidence[]) => falseAlarms(rows).sum;

describe('the false-alarm budget of a run', () => {
  it('counts undecided and violating worlds of rows that must hold alike', () => {
    expect(sum({ ...row, undecided: 3 })).toBe(sum({ ...row, violated: 3 }));
    expect(sum({ ...row, undecided: 3 })).toBeGreaterThan(2 * sum(row));
  });

  it('counts rates, controls and restored hypotheses, and rows that only luck refutes', () => {
    const rate: RowEvidence = { ...row, rate: 0.05, asked: 640, held: 7990, violated: 10 };
    expect(falseAlarms([rate]).alarms.map(({ what }) => what)).toContain('too many violations: a on flow');
    expect(sum({ ...rate, violated: 400 })).toBeGreaterThan(0.5);
    const weak = { drops: 'y', asked: 200, drawn: 20_000, violated: 100 };
    expect(sum({ ...row, controls: [weak] })).toBeGreaterThan(sum(row) + 0.3);
    expect(sum({ ...row, restored: { asked: 12, worlds: 300, failed: 30 } })).toBeGreaterThan(sum(row) + 0.9);
    const luck: RowEvidence = { ...row, expected: 'violated', held: 7920, violated: 80 };
    expect(sum(luck)).toBeGreaterThan(0.4);
    // A kept counterexample refutes whatever the seed: only the controls are left.
    expect(sum({ ...luck, kept: true })).toBeLessThan(1e-6);
  });

  it('gives each limit an equal part of the level: two pools, rates, rows that luck refutes, controls', () => {
    const rate: RowEvidence = { ...row, rate: 0.05, asked: 640 };
    const luck: RowEvidence = { ...row, expected: 'violated', held: 7920, violated: 80 };
    for (const [rows, limits] of [
      [[{ ...row, controls: [] }], 2],
      [[row], 3],
      [[row, rate], 5],
      [[row, rate, luck], 7],
      [[row, rate, { ...luck, kept: true }], 6],
    ] as const) {
      const { alarms } = falseAlarms(rows);
      const { chance } = alarms.find(({ what }) => what === 'a world of the 1 rows that must hold')!;
      // None of 8000 worlds failed: u <= 1 - part^(1/8000), and a run asks 80 of them.
      const expected = -80 * Math.expm1(Math.log(0.01 / limits) / 8000);
      expect(Math.abs(chance / expected - 1)).toBeLessThan(1e-9);
    }
  });

  it('is told as it is kept', () => {
    const kept = JSON.parse(
      readFileSync(new URL('../../fixtures/fresh-seeds.json', import.meta.url), 'utf8'),
    );
    const { alarms, ...told } = falseAlarms(kept.rows);
    expect(kept.falseAlarms).toEqual({ ...told, largest: alarms.slice(0, 12) });
  });
});
