import { describe, expect, it } from 'vitest';
import { type Progress, ProgressTracker } from '../../src/verify/progress.ts';

const row = (place: number) => ({ place, claim: `claim ${place}`, rung: 'sgd' });

function told(rows: number, events: (standing: ProgressTracker) => void, findings = 0): Progress[] {
  const seen: Progress[] = [];
  events(new ProgressTracker(rows, findings, (progress) => seen.push(progress)));
  return seen;
}

describe('how far a run has come', () => {
  it('counts rows alike, and those under way by their worlds', () => {
    const seen = told(2, (standing) => {
      standing.worlds(row(0), 2, 4);
      standing.worlds(row(1), 1, 4);
      standing.finished(row(0), 4, false);
      standing.worlds(row(1), 3, 4);
      standing.finished(row(1), 4, false);
    });
    expect(seen.map(({ work }) => work)).toEqual([0.25, 0.375, 0.625, 0.875, 1]);
    expect(seen.map(({ rowsDone }) => rowsDone)).toEqual([0, 0, 1, 1, 2]);
    expect(seen[1]).toMatchObject({ claim: 'claim 1', rung: 'sgd', done: 1, total: 4, rowsTotal: 2 });
  });

  it('counts the findings among them', () => {
    const finding = { place: 1, claim: 'finding remark-2', rung: '' };
    const seen = told(
      1,
      (standing) => {
        standing.finished(finding, 1, false);
        standing.finished(row(0), 4, false);
      },
      1,
    );
    expect(seen.map(({ rowsDone, findingsDone }) => [rowsDone, findingsDone])).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(seen[0]).toMatchObject({ rowsTotal: 2, findingsTotal: 1, work: 0.5 });
  });

  it('does not take the rows of an earlier run for its own work', () => {
    const seen = told(5, (standing) => {
      for (const place of [0, 1, 2]) standing.finished(row(place), 4, true);
      standing.worlds(row(3), 2, 4);
    });
    expect(seen.map(({ own }) => own)).toEqual([0, 0, 0, 0.25]);
    expect(seen.at(-1)).toMatchObject({ kept: 3, work: 0.7 });
    expect(told(1, (standing) => standing.finished(row(0), 4, true))[0].own).toBe(1);
  });

  it('never falls by rounding, whatever the order in which rows end', () => {
    const rows = 49;
    const seen = told(rows, (standing) => {
      for (let k = 0; k < rows; k++) {
        const place = (k * 20) % rows;
        for (let done = 1; done < 7; done++) standing.worlds(row(place), done, 7);
        standing.finished(row(place), 7, false);
      }
    });
    const work = seen.map((progress) => progress.work);
    expect(work).toEqual([...work].sort((a, b) => a - b));
    expect(work.at(-1)).toBe(1);
  });
});
