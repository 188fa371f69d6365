import { findingsByKind } from '../../src/findings/kinds.ts';
import type { FindingRow, Result, Row, UndecidedWorld } from '../../src/verify/result.ts';

/** A row that is as expected; tests change what they look at. */
export const row = (change: Partial<Row> = {}): Row => ({
  certified: change.decided === undefined || change.decided === 'certified' ? (change.worlds ?? 200) : 0,
  claim: 'conservation',
  source: 'section 3.1',
  headline: false,
  statement: 'Row sums do not move.',
  rung: 'sgd',
  decided: 'certified',
  verdict: 'holds',
  expected: 'holds',
  worlds: 200,
  idle: 0,
  complete: true,
  held: 200,
  violated: 0,
  undecided: 0,
  worstMargin: null,
  digits: 34,
  width: 3e-22,
  seconds: 3.21,
  limits: { low: 0, high: 0.0262, confidence: 0.99 },
  control: 'fails as it must',
  controlDrops: 'the projection in the gradient',
  restored: null,
  restoredBy: null,
  ...change,
});

const discriminative = { claim: 'discriminative', source: 'Theorem 2', headline: true };

export const rows: readonly Row[] = [
  row(),
  row({
    ...discriminative,
    rung: 'two-timescale',
    statement: 'Distinct tokens gain at any Z.',
    worstMargin: 3.4e-12,
  }),
  row({
    ...discriminative,
    rung: 'population',
    statement: 'Distinct tokens gain at every step.',
    idle: 3,
    decided: 'measured',
    verdict: 'violated',
    expected: 'violated',
    held: 87,
    violated: 113,
    worstMargin: -0.0123,
    digits: null,
    width: null,
    seconds: 12.4,
    limits: { low: 0.46, high: 0.65, confidence: 0.99 },
    restored: 'holds as it must',
    restoredBy: 'a faster decoder',
  }),
];

/** A verdict that changed, with a control that finds nothing. */
export const unexpected: Row = row({
  claim: 'snap',
  source: 'section 6',
  headline: true,
  decided: 'statistical',
  verdict: 'undecided',
  held: 0,
  undecided: 200,
  control: 'passes: the check is vacuous',
});

export const finding = (change: Partial<FindingRow> = {}): FindingRow => ({
  id: 'equation-88',
  place: 'Appendix D.5, Eq. 88',
  kind: 'misprint',
  words: "q_0((1+theta_n') + sum ..)",
  why: 'Eq. 82, from which it follows, has the other sign.',
  printed: 'q0 ((1 + theta) + |E|)',
  corrected: 'q0 (-(1 + theta) + |E|)',
  expected: 'confirmed',
  outcome: 'confirmed',
  decided: 'certified',
  evidence: 'As printed it fails in 3 of 30 worlds. As corrected it holds in 30 of 30 worlds.',
  seconds: 0.4,
  ...change,
});

/** A world that no precision decided. */
export const open: UndecidedWorld = {
  claim: 'snap',
  rung: 'sgd',
  margin: null,
  digits: 320,
  replay: 'npx snapcheck verify snap',
};

export const result = (change: Partial<Result> = {}): Result => ({
  findingsByKind: findingsByKind(change.findings ?? []),
  schema: 1,
  arithmetic: 'decimal',
  seed: 1,
  runs: 100,
  fullRuns: 100,
  rows,
  counterexamples: [
    {
      claim: 'discriminative',
      rung: 'population',
      expected: true,
      outcome: 'violated',
      certified: false,
      isolates: null,
      world: { vocabulary: 6 },
      margin: { name: "z' of token 5", value: -0.0034, time: 31 },
      words: 'Token 5 is distinct to class 1, and loses attention at step 31: margin -0.0034 of its scale.',
      path: '3:0',
      replay: 'npx snapcheck verify discriminative --rung population --seed 1 --path 3:0',
    },
  ],
  undecided: [],
  findings: [],
  seconds: 41.3,
  interrupted: false,
  ...change,
});
