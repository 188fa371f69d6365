/** How many worlds are asked, and what is told of them on the way. */
import { describe, expect, it } from 'vitest';
import { discriminative } from '../../src/claims/discriminative.ts';
import { longSequence } from '../../src/claims/long-sequence.ts';
import { judgeBlocks } from '../../src/verify/blocks.ts';
import { worldsAsked } from '../../src/verify/jobs.ts';
import { asExpected, type Result } from '../../src/verify/result.ts';

describe('worlds of a row', () => {
  it('are the share of the run, rounded, and at least what decides', () => {
    const [check] = discriminative.checks;
    expect(worldsAsked({ ...check, share: 0.6 }, 3)).toBe(2);
    expect(worldsAsked({ ...check, share: 0.4 }, 3)).toBe(1);
    expect(worldsAsked({ ...check, share: 0.01 }, 3)).toBe(1);
    expect(worldsAsked({ ...check, share: 2 }, 80)).toBe(160);
    const [statistical] = longSequence.checks;
    if (statistical.least) expect(worldsAsked(statistical, 1)).toBe(statistical.least);
  });
  it('are told as they come, and not where none came', async () => {
    const held = { outcome: 'held', margin: null, digits: 20, certified: true } as const;
    const told: [number, number][] = [];
    let call = 0;
    const ask = async ({ from, to }: { from: number; to: number }) => {
      call += 1;
      const judgements = call === 3 ? [] : Array.from({ length: to - from }, () => held);
      return { answer: { judgements, startSeconds: 0 }, seconds: 100 };
    };
    const found = await judgeBlocks(10, 1, ask, (done, total) => told.push([done, total]));
    // Two blocks of one world, then one that is cut short: nothing is told of it.
    expect(told).toEqual([
      [1, 10],
      [2, 10],
    ]);
    expect(found.filter((x) => x !== undefined)).toHaveLength(2);
  });
});

describe('a run is as expected', () => {
  const row = { verdict: 'holds', expected: 'holds', control: 'fails as it must', restored: null };
  const finding = { outcome: 'confirmed', expected: 'confirmed' };
  const case_ = { expected: true, outcome: 'violated' };
  const of = (change: object) =>
    asExpected({
      rows: [row],
      findings: [finding],
      counterexamples: [case_],
      ...change,
    } as unknown as Result);
  it('when every verdict, control, finding and counterexample is', () => {
    expect(of({})).toBe(true);
    expect(of({ rows: [row, { ...row, verdict: 'violated' }] })).toBe(false);
    expect(of({ rows: [{ ...row, control: 'not run' }] })).toBe(false);
    expect(of({ rows: [{ ...row, restored: 'holds as it must' }] })).toBe(true);
    expect(of({ rows: [{ ...row, restored: 'fails: the check proves nothing' }] })).toBe(false);
    expect(of({ rows: [{ ...row, restored: 'not run' }] })).toBe(false);
    expect(of({ findings: [{ ...finding, outcome: 'refuted' }] })).toBe(false);
    expect(of({ counterexamples: [{ expected: false, outcome: 'violated' }] })).toBe(false);
    expect(of({ counterexamples: [{ expected: false, outcome: 'undecided' }] })).toBe(false);
    expect(of({ counterexamples: [{ expected: false, outcome: 'held' }] })).toBe(true);
  });

  it('not when nothing was decided', () => {
    expect(of({ rows: [], findings: [], counterexamples: [] })).toBe(false);
    expect(of({ rows: [], counterexamples: [] })).toBe(true);
  });
});
