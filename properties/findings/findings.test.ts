// heavy: 8 s
import { describe, expect, it } from 'vitest';
import { type Finding, judgeFinding, outcomeOf, reading } from '../../src/findings/finding.ts';
import { findings } from '../../src/findings/findings.ts';
import { type FindingKind, findingsByKind, KINDS } from '../../src/findings/kinds.ts';
import { seeds } from '../support/settings.ts';

const SEED = 16;
/** Random worlds of a reading, beside those that are known to fail. */
const RUNS = 40;

/** A reading that is judged once for the same worlds: a finding and its second control ask the same of it. */
function judgedOnce(side: Finding['printed']): Finding['printed'] {
  const known = new Map<string, ReturnType<typeof side.judge>>();
  return {
    ...side,
    judge(runs, seed, arithmetic) {
      const key = `${runs} ${seed} ${arithmetic}`;
      if (!known.has(key)) known.set(key, side.judge(runs, seed, arithmetic));
      return known.get(key)!;
    },
  };
}

const judged = findings.map((finding) => ({
  ...finding,
  printed: judgedOnce(finding.printed),
  corrected: judgedOnce(finding.corrected),
}));

describe.each(judged.map((finding) => [finding.id, finding] as const))('finding %s', (_, finding) => {
  it.each(seeds(SEED))(`is ${finding.expected}, on seed %i`, async (seed) => {
    const { outcome, evidence } = await judgeFinding(finding, RUNS, seed);
    expect(outcome, evidence).toBe(finding.expected);
  });

  it('control: is refuted when the printed line is already correct', async () => {
    const { outcome } = await judgeFinding({ ...finding, printed: finding.corrected }, RUNS, SEED);
    expect(outcome).toBe('refuted');
  });

  it('control: is refuted when the correction is the printed line', async () => {
    const { outcome } = await judgeFinding({ ...finding, corrected: finding.printed }, RUNS, SEED);
    expect(outcome).toBe('refuted');
  });

  it('has its place, words, reason and statements', () => {
    const { place, words, why, printed, corrected } = finding;
    for (const text of [place, words, why, printed.says, corrected.says])
      expect(text.length).toBeGreaterThan(10);
    expect(finding.printed.says).not.toBe(finding.corrected.says);
  });
});

describe('the list of findings', () => {
  it('has unique ids that fit a command line', () => {
    expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length);
    for (const { id } of findings) expect(id).toMatch(/^[a-z0-9-]+$/);
  });
});

describe('kinds', () => {
  const lines = (kind: FindingKind) => findings.filter((f) => f.kind === kind).map(({ id }) => id);
  it('are these: a change of this list changes what is stated about the paper', () => {
    expect(Object.fromEntries(KINDS.map((kind) => [kind, lines(kind).sort()]))).toEqual({
      'false as printed': [
        'equation-124',
        'equation-13',
        'equation-132',
        'equation-93',
        'lemma-10',
        'lemma-9-start',
        'original-dynamics',
        'remark-1',
        'remark-2',
      ],
      gap: ['lemma-7b'],
      misprint: ['equation-112', 'equation-88', 'figure-9', 'remark-3', 'sign-of-e-prime', 'theorem-1b'],
      'constant or hypothesis that can be better': [
        'corollary-1-cost',
        'figure-5',
        'lemma-11-constant',
        'lemma-8-omega-0',
        'lower-bound',
      ],
    });
  });
  it('state as printed, for a line that can be better, that it is the best possible', () => {
    for (const { kind, printed } of findings)
      expect(/^that /.test(printed.says)).toBe(kind === 'constant or hypothesis that can be better');
  });
  it('are counted', () => {
    const counts = findingsByKind(findings);
    expect(Object.values(counts).reduce((a, b) => a + b)).toBe(findings.length);
    expect(counts.gap).toBe(lines('gap').length);
  });
});

describe('outcomes', () => {
  const counts = (held: number, violated: number, undecided: number) => ({
    held,
    violated,
    undecided,
    digits: 20,
    denied: false,
    shown: null,
  });
  it.each([
    ['confirmed', counts(3, 1, 0), counts(4, 0, 0)],
    ['confirmed', counts(0, 1, 3), counts(4, 0, 0)],
    ['refuted', counts(4, 0, 0), counts(4, 0, 0)],
    ['refuted', counts(3, 1, 0), counts(3, 1, 0)],
    ['open', counts(3, 0, 1), counts(4, 0, 0)],
    ['open', counts(3, 1, 0), counts(3, 0, 1)],
    ['open', counts(3, 1, 0), counts(0, 0, 0)],
    ['open', counts(0, 0, 0), counts(4, 0, 0)],
  ] as const)('%s', (outcome, printed, corrected) => expect(outcomeOf(printed, corrected)).toBe(outcome));
});

describe('a reading', () => {
  const line = (denied: boolean) =>
    reading<{ x: number }>({
      says: 'x is positive, for every x there is',
      at: [{ x: 2 }, { x: -1 }],
      denied,
      margins: function* (F, { x }) {
        yield { name: 'x', requires: 'positive', value: F.of(x), scale: F.of(1), time: 0 };
      },
    });
  it('shows the first failure, else the least margin', async () => {
    expect(await line(false).judge(100, 1)).toMatchObject({
      held: 1,
      violated: 1,
      shown: { margin: { value: -1 }, world: { x: -1 } },
    });
  });
  it('has the opposite outcome where its margins assert the opposite', async () => {
    expect(await line(true).judge(100, 1)).toMatchObject({
      held: 1,
      violated: 1,
      shown: { world: { x: 2 } },
    });
  });
  it('shows the world in its evidence', async () => {
    const finding: Finding = { ...findings[0], printed: line(false), corrected: line(false) };
    expect((await judgeFinding(finding, 100, 1)).evidence).toContain('x at x = -1: margin -1 of its scale');
  });
});
