/** The tree of rungs: every row stands on one of them, and each changes one thing about another. */
import { describe, expect, it } from 'vitest';
import { isOtherModel, type RungTree, rungs, rungTree } from '../../src/ladder/tree.ts';
import { ladder, ladderSection } from '../../src/report/html/ladder.ts';
import { anchor } from '../../src/report/html/markup.ts';
import { treeLines } from '../../src/report/rungTree.ts';
import { rowsOf } from '../../src/verify/registry.ts';

const flat = (trees: readonly RungTree[]): string[] =>
  trees.flatMap(({ rung, children }) => [rung.id, ...flat(children)]);

describe('the tree of rungs', () => {
  const ids = rungs.map(({ id }) => id);

  it('has every rung once, below its parent, with training as it is run at its root', () => {
    expect(new Set(ids).size).toBe(ids.length);
    expect(flat(rungTree()).sort()).toEqual([...ids].sort());
    expect(rungTree().map(({ rung }) => rung.id)).toEqual(['sgd']);
    for (const [i, { parent }] of rungs.entries())
      if (parent !== null) expect(ids.indexOf(parent)).toBeLessThan(i);
  });

  it('has the rung of every row, but for statements without dynamics', () => {
    const asked = new Set(rowsOf().map(({ check }) => check.rung));
    for (const id of asked) expect([...ids, 'algebra']).toContain(id);
    for (const id of ids.filter((id) => isOtherModel(id))) expect(asked).toContain(id);
  });

  it('is drawn with each rung once, in terminal and report', () => {
    const lines = treeLines();
    expect(lines.map((line) => /[a-z][a-z-]+/.exec(line)![0]).sort()).toEqual([...ids].sort());
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
    const drawn = ladderSection({ rows: [] }).text;
    for (const { id } of ladder) expect(drawn.split(`id="${anchor('rung', id)}"`)).toHaveLength(2);
  });

  it('gives other models all four headline claims, but for those that stand on a limit', () => {
    for (const claim of ['discriminative', 'frequency', 'sparsification', 'snap']) {
      const asked = rowsOf([claim]).map(({ check }) => check.rung);
      const runs = asked.filter((id) => isOtherModel(id) && !id.endsWith('-limit'));
      expect(runs.sort()).toEqual(ids.filter((id) => isOtherModel(id) && !id.endsWith('-limit')).sort());
    }
  });
});
