/** What the atlas says, in sentences that combine cells: their numbers are limits true of all cells at once. */
import { type Atlas, worldsTrained } from '../atlas/document.ts';
import type { ClaimId } from '../atlas/questions.ts';
import { RATIOS, slices } from '../atlas/settings.ts';
import { cellFinder, jointly } from './atlas.ts';
import { count } from './format.ts';

interface Limits {
  readonly low: number;
  readonly high: number;
}

/** Percent with one decimal, rounded outward; the small term keeps a double beside a tenth from being rounded past it. */
const down = (x: number): string => (Math.floor(1000 * x + 1e-9) / 10).toFixed(1);
const up = (x: number): string => (Math.ceil(1000 * x - 1e-9) / 10).toFixed(1);

const between = ({ low, high }: Limits): string => `${down(low)}–${up(high)} %`;
const atLeast = (all: readonly Limits[]): string =>
  `at least ${down(Math.min(...all.map(({ low }) => low)))} %`;
const atMost = (all: readonly Limits[]): string =>
  `at most ${up(Math.max(...all.map(({ high }) => high)))} %`;

/** The joint limits of the cell of a claim at a place of a slice. */
function reader(atlas: Atlas) {
  const find = cellFinder(atlas);
  return (claim: ClaimId, slice: string, label: string, ratio: number): Limits => {
    const row = slices.find(({ id }) => id === slice)?.rows.find((r) => r.label === label);
    const cell = row && find(claim, row, ratio);
    if (!cell)
      throw new Error(`expected a whole atlas; ${claim} on ${slice} ${label} at ${ratio} is missing`);
    return jointly(atlas, cell);
  };
}

/**
 * The sentences, as items of a Markdown list.
 * @throws Error when the atlas is not whole
 */
export function atlasSentences(atlas: Atlas): string[] {
  const at = reader(atlas);
  const base = (claim: ClaimId, ratio: number) => at(claim, 'commons', '1', ratio);
  const ratios = (from: number) => RATIOS.filter((x) => x >= from);
  const fast = atlas.claims.flatMap((claim) => ratios(100).map((x) => base(claim, x)));
  const [discriminative, frequency, sharpening] = (
    ['discriminative', 'frequency', 'sparsification'] as const
  ).map((claim) => (ratio: number) => between(base(claim, ratio)));
  const snap = (ratio: number) => base('snap', ratio);
  const fates = (slice: string, label: string) => at('discriminative', slice, label, 1e4);
  return [
    `**With long sequences, one common token and a decoder 100 times faster than attention or more, all four hold at every step looked at** (a tenth of the time apart) in ${atLeast(fast)} of worlds (K = 3, M = 100). At \`etaY/etaZ\` = 10 the discriminative bias holds in ${discriminative(10)}, the frequency bias in ${frequency(10)}, sharpening in ${sharpening(10)}; at equal rates in ${discriminative(1)}, ${frequency(1)} and ${sharpening(1)}.`,
    `**The bound on the snap is sturdier**: it holds in ${atLeast(ratios(1).map(snap))} from equal rates on, in ${between(snap(0.1))} at 0.1.`,
    `**A large vocabulary asks for a faster decoder**: at M = 1e6 and ratio 100 the discriminative bias holds in ${between(at('discriminative', 'vocabulary', '1e6', 100))}.`,
    `**No ratio tried mends several common tokens used unequally**: at 1e4, all of them lose and all distinct tokens gain in ${between(fates('commons', '2'))} of worlds with two, in ${between(fates('commons', '5'))} with five; with three used alike (Corollary 2's worlds), in ${atLeast([fates('asymmetry', '0')])}.`,
    `**Sampling breaks the discriminative bias of single tokens**: asked of the whole run's displacement, with T = 1024 and batch 8, it holds in ${atMost(RATIOS.map((x) => at('discriminative', 'length', '1024', x)))} of worlds at any ratio tried.`,
  ];
}

/** The generated block of the README. */
export const atlasBlocks = (atlas: Atlas): Record<string, string> => ({
  atlas: [
    ...atlasSentences(atlas).map((sentence) => `- ${sentence}`),
    '',
    `These limits are exact, and true of all ${count(atlas.cells.length, 'cell')} at once with at least ${100 * atlas.confidence} % (a union bound over the cells and over the looks at each), so also of sentences that combine cells and were written after a look at the map. In the pictures each cell has its own ${100 * atlas.confidence} % limits, narrower than ${atlas.width}; ${count(worldsTrained(atlas), 'world')} were trained.`,
  ].join('\n'),
});
