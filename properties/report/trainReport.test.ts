/** The report of a training run: every number is that of its class, and what is left out is said. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DOMParser, parseHTML } from 'linkedom';
import { afterAll, describe, expect, it } from 'vitest';
import { reducedLayout } from '../../src/model/layout.ts';
import type { Problem } from '../../src/model/problem.ts';
import { runFigures } from '../../src/report/pictures/runCourse.ts';
import { inline } from '../../src/report/pictures/svg.ts';
import { shownClasses, stepsCsv, writeTrainReport } from '../../src/report/trainReport.ts';
import { coursesOf, onsetOf } from '../../src/runs/course.ts';
import { Recorder, recordedSteps, runLines } from '../../src/runs/record.ts';
import type { RecordedRun } from '../../src/runs/run.ts';
import { runExperiment } from '../../src/trainers/experiment.ts';
import { float64Trainer } from '../../src/trainers/float64.ts';
import { wellFormed } from './wellFormed.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapcheck-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Classes of different sizes: an entropy of the wrong class is another number. */
const problem: Problem = {
  vocabulary: 30,
  classes: [
    { next: 20, query: 18, tokens: [0, 1, 2], probabilities: [0.4, 0.35, 0.25] },
    { next: 21, query: 17, tokens: [0, 3, 4, 5], probabilities: [0.1, 0.5, 0.3, 0.1] },
    { next: 22, query: 18, tokens: [0], probabilities: [1] },
  ],
};
const rates = { etaY: 2, etaZ: 1, momentum: 0.5 };

async function trained(steps: number, init: 'zero' | 'uniform' = 'zero', layout?: 'full') {
  const recorder = new Recorder(problem, 4, steps);
  const seen: number[] = [];
  const sizes = { batch: 16, length: 32, seeds: 2, firstSeed: 4 };
  const experiment = { problem, ...rates, ...sizes, steps, init, ...(layout && { layout }) };
  const result = await runExperiment(float64Trainer, experiment, {
    state: (moment) => {
      recorder.add(moment);
      if (moment.seed === 4) seen.push(moment.step);
    },
  });
  return { run: recorder.run(rates, 'float64'), losses: recorder.losses, result, seen };
}

describe('the record of a run', () => {
  it('has every step of a short run, and of a long one at most 201 that rise to the end', () => {
    expect(recordedSteps(3)).toEqual([0, 1, 2, 3]);
    for (const steps of [0, 1, 200, 201, 5000, 1e8]) {
      const chosen = recordedSteps(steps);
      expect(chosen.length).toBeLessThanOrEqual(201);
      expect([chosen[0], chosen[chosen.length - 1]]).toEqual([0, steps]);
      for (const [i, t] of chosen.entries()) if (i > 0) expect(t).toBeGreaterThan(chosen[i - 1]);
    }
  });

  it.each(['zero', 'uniform'] as const)(
    'ends with the attention that the experiment reports (%s start)',
    async (init) => {
      for (const layout of [undefined, 'full'] as const) {
        const { run, losses, result, seen } = await trained(12, init, layout);
        expect(seen).toEqual(run.steps);
        expect(losses.slice(1)).toEqual(result.runs[0].losses);
        expect(coursesOf(run).map(({ states }) => states[12].attention)).toEqual(result.runs[0].attention);
      }
    },
  );

  it('has Y in all columns: the columns of tokens that are no target are equal from zero, others are not', async () => {
    const { run } = await trained(5);
    const { tokens, queries } = reducedLayout(problem);
    for (const Y of run.Y!)
      expect([Y.length, ...new Set(Y.map((row) => row.length))]).toEqual([tokens.length, 30]);
    const end = run.Y![5];
    for (const row of end) expect(new Set([0, 7, 19, 23, 29].map((id) => row[id])).size).toBe(1);
    // Token 1 is of class 20 alone: training raises its logit.
    expect(end[1][20]).toBeGreaterThan(0);
    expect(end[1][21]).toBeLessThan(0);
    expect(run.Z[5].length).toBe(queries.length);
  });

  it('is written as a header and a state a line', async () => {
    const { run } = await trained(2);
    const [header, ...states] = runLines(run)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(header).toEqual({ schema: 1, problem, rates, type: 'float64' });
    expect(states.map(({ step }) => step)).toEqual([0, 1, 2]);
    expect([states[2].Z, states[2].Y]).toEqual([run.Z[2], run.Y![2]]);
  });

  it('has no Y where it would be too large', () => {
    const large = { ...problem, vocabulary: 1e5 };
    expect(new Recorder(large, 1, 1000).run({}, 'float64').Y).toBeUndefined();
  });
});

describe('the numbers of a run', () => {
  it('are those of their class: entropy and effective number, computed again from the shares', async () => {
    const { run, losses } = await trained(6);
    const [head, ...rows] = stepsCsv({ run, losses }, coursesOf(run))
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    expect(rows).toHaveLength(7 * 3);
    const { tokens, queries } = reducedLayout(problem);
    for (const row of rows) {
      const of = (name: string) => row[head.indexOf(name)];
      const s = Number(of('step'));
      const c = problem.classes.find(({ next }) => next === Number(of('next')))!;
      expect(Number(of('query'))).toBe(c.query);
      const u = c.tokens.map(
        (l, i) => c.probabilities[i] * Math.exp(run.Z[s][queries.indexOf(c.query)][tokens.indexOf(l)]),
      );
      // Token 0 alone is in several classes, and the first of each.
      const [all, own] = [u, u.slice(1)].map((x) => x.map((y) => y / x.reduce((a, b) => a + b, 0)));
      const square = (p: number[]) => 1 / p.reduce((sum, x) => sum + x * x, 0);
      // A few roundings each.
      const near = (text: string, x: number) => expect(Math.abs(Number(text) / x - 1)).toBeLessThan(1e-13);
      near(of('effective'), square(all));
      if (own.length === 0)
        expect([of('entropy'), of('effective_distinct'), of('chi')]).toEqual(['', '', '']);
      else {
        near(of('entropy'), -own.reduce((h, p) => h + p * Math.log(p), 0));
        near(of('effective_distinct'), square(own));
      }
      near(of('top_attention'), Math.max(...all));
      expect(of('loss')).toBe(losses[s] === null ? '' : String(losses[s]));
    }
  });
});

/** Where a line begins and ends, in pixels of its facet. */
const endsOf = (path: Element): number[][] => {
  const points = [...path.getAttribute('d')!.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [+x, +y]);
  return [points[0], points[points.length - 1]];
};

describe('the pictures of a run', () => {
  const pictured = async (steps: number) => {
    const { run } = await trained(steps);
    const classes = shownClasses(coursesOf(run));
    const figures = runFigures({
      steps: run.steps,
      classes,
      onset: onsetOf(problem, rates),
      note: 'Seed 4.',
    });
    return { classes, figures };
  };

  it('are well-formed in both widths, with a name for every class and words for what colour shows', async () => {
    for (const steps of [0, 40, 300]) {
      const { figures } = await pictured(steps);
      expect(figures.map(({ id }) => id)).toEqual(['attention', 'effective', 'entropy', 'growth']);
      for (const drawing of figures.flatMap(({ wide, narrow }) => [wide, narrow])) {
        const svg = inline(drawing);
        expect(wellFormed(svg)).toBeUndefined();
        expect(svg).not.toMatch(/NaN|undefined|Infinity/);
        for (const { next, query } of problem.classes) expect(svg).toContain(`${next}, query ${query}`);
        expect(drawing.caption).toContain('Seed 4.');
      }
    }
  });

  it('have classes in the order of queries, time to the right, and attention upward', async () => {
    const { classes, figures } = await pictured(60);
    expect(classes.map(({ query }) => query)).toEqual([17, 18, 18]);
    const svg = new DOMParser().parseFromString(inline(figures[0].wide), 'image/svg+xml');
    const lines = [...svg.querySelectorAll('[aria-label="line"] path')] as unknown as Element[];
    expect(lines).toHaveLength(problem.classes.reduce((sum, { tokens }) => sum + tokens.length, 0));
    // Common tokens are dashed: the one of each class.
    const dashed = [...svg.querySelectorAll('g[stroke-dasharray="5 3"]')] as unknown as Element[];
    expect(dashed.flatMap((group) => [...group.querySelectorAll('path')])).toHaveLength(3);
    const expected = classes.flatMap(({ states, distinct }) =>
      states[0].attention.flatMap((a, i) => (distinct[i] ? [Math.sign(states[60].attention[i] - a)] : [])),
    );
    const solid = lines.filter((line) => !line.closest('g[stroke-dasharray="5 3"]'));
    const signs = solid.map((line) => {
      const [[x0, y0], [x1, y1]] = endsOf(line);
      expect(x1).toBeGreaterThan(x0);
      return Math.sign(y0 - y1);
    });
    expect(signs.sort()).toEqual(expected.sort());
    expect(signs).toContain(1);
  });
});

describe('the report of a run', () => {
  it('is one page that loads nothing, with the pictures, the record and the numbers beside it', async () => {
    const { run, losses } = await trained(8);
    const report = { run, losses, seed: 4, seeds: 2, command: 'npx snapcheck train <x>', trained: 8 };
    const { written, failed, page } = await writeTrainReport(join(folder, 'a'), report);
    expect(failed).toEqual([]);
    expect(written.map((file) => file.slice(folder.length + 3)).sort()).toEqual(
      [
        'attention.svg',
        'effective.svg',
        'entropy.svg',
        'growth.svg',
        'report.html',
        'run.jsonl',
        'steps.csv',
      ].sort(),
    );
    const text = readFileSync(page, 'utf8');
    const { document } = parseHTML(text);
    expect(document.querySelectorAll('figure')).toHaveLength(4);
    expect(document.querySelectorAll('tbody tr')).toHaveLength(3);
    expect(text).not.toMatch(/<script|src=|@import|url\(/);
    expect(text).toContain('Seed 4, the first of 2 runs.');
    expect(text).toContain('npx snapcheck train &lt;x&gt;');
  });

  it('says which classes it shows of many', async () => {
    const many = {
      vocabulary: 100,
      classes: Array.from({ length: 20 }, (_, n) => ({
        next: 60 + n,
        query: 99,
        tokens: [0, 1 + n],
        probabilities: [0.5, 0.5],
      })),
    };
    const Z = [0, 1].map((t) => [Array.from({ length: 21 }, (_, l) => (l > 8 ? (t * l) / 10 : 0))]);
    const run: RecordedRun = { problem: many, steps: [0, 1000], Z, type: 'float64' };
    const shown = shownClasses(coursesOf(run));
    // The logits of the last twelve classes move.
    expect(shown.map(({ next }) => next)).toEqual(Array.from({ length: 12 }, (_, i) => 68 + i));
    const report = { run, losses: [null, 1], seed: 1, seeds: 1, command: 'c', trained: 1000 };
    const text = readFileSync((await writeTrainReport(join(folder, 'b'), report)).page, 'utf8');
    expect(text).toContain(
      '12 of 20 classes: those in which most attention changed hands; all in steps.csv.',
    );
    expect(text).toContain('2 recorded states of 1000 steps');
  });
});
