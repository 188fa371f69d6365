import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rowNamed } from '../../src/verify/registry.ts';

interface Cell {
  readonly claim: string;
  readonly rung: string;
  /** Decades of M. */
  readonly vocabulary: readonly [number, number];
  /** Decades of etaY/etaZ. */
  readonly ratio: readonly [number, number];
  readonly violated: number;
  readonly undecided: number;
}
const { worlds, cells } = JSON.parse(
  readFileSync(new URL('../../fixtures/large-m.json', import.meta.url), 'utf8'),
) as { worlds: number; cells: Cell[] };

/** Half decades as they are said: 1, 3, 10, 32, 100, 316, 1000. */
const said = (decades: number): string => String(Math.round(10 ** decades));
const list = (parts: readonly (string | number)[]): string =>
  `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
const RATIOS = [0.5, 1.5, 2, 2.5];
const [SMALL, LARGE] = [3, 9];

/** What the cells of a claim on the flow say. */
function sentence(of: string): string {
  const at = (M: number, ratio: number): Cell => {
    const found = cells.filter(
      ({ claim, rung, vocabulary, ...cell }) =>
        claim === of && rung === 'flow' && vocabulary[0] === M && cell.ratio[0] === ratio,
    );
    expect(found).toHaveLength(1);
    return found[0];
  };
  const large = RATIOS.map((ratio) => at(LARGE, ratio));
  const [from, to] = large[0].vocabulary;
  const failing = large.map(({ ratio, violated }, i) => {
    const where = `from ${said(ratio[0])} to ${said(ratio[1])}`;
    return i === 0 ? `at least ${violated} fail at etaY/etaZ ${where}` : `${violated} ${where}`;
  });
  const small = RATIOS.map((ratio) => at(SMALL, ratio));
  expect(small.map(({ undecided }) => undecided)).toEqual(small.map(() => 0));
  return (
    `Inside every other hypothesis, of ${worlds} worlds each with M from 1e${from} to 1e${to}, ${list(failing)} ` +
    `(${list(large.map(({ undecided }) => undecided))} more are undecided); ` +
    `with M below 1e${small[0].vocabulary[1]}: ${list(small.map(({ violated }) => violated))}.`
  );
}

describe('what a row says of large vocabularies', () => {
  it.each(['discriminative', 'frequency'])(
    '%s on flow: every number is that of fixtures/large-m.json',
    (claim) => {
      const { why } = rowNamed({ claim, rung: 'flow' }).check;
      expect(why).toBe(
        `no fixed ratio etaY/etaZ is enough for all M; with three classes one of 10 K ln^2(M etaY t/K) is not enough either (docs/hypotheses.md). ${sentence(claim)}`,
      );
    },
  );
});
