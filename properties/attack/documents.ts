/** A valid document of each kind that Snapcheck reads, and the command that reads it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { atlasOf, atlasText } from '../../src/atlas/document.ts';
import { CELL_LEVEL, stageLimits } from '../../src/atlas/plan.ts';
import { nameOf, settingsOf, slices } from '../../src/atlas/settings.ts';
import { kernelCases } from '../../src/kernels/cases/cases.ts';
import { savedCase } from '../../src/kernels/cases/saved.ts';
import { rowNamed } from '../../src/verify/registry.ts';

export interface Reader {
  readonly name: string;
  /** A valid document, as JSON. */
  readonly text: string;
  /** Path that the command reads, relative to the working directory. */
  readonly file: string;
  /** The arguments of the command that reads it. */
  readonly args: readonly string[];
  /** Size limit in bytes. */
  readonly most: number;
  /** Exit code for the valid document. */
  readonly codes: readonly number[];
}

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const json = (value: unknown): string => JSON.stringify(value, null, 1);
const FILE = 'document.json';

const problem = {
  schema: 1,
  vocabulary: 9,
  classes: [
    { next: 6, query: 5, tokens: [0, 1, 2], probabilities: [0.5, 0.25, 0.25], weight: 2 },
    { next: 7, query: 5, tokens: [0, 3], probabilities: [0.75, 0.25] },
  ],
};
const rates = { etaY: 1, etaZ: 0.5, momentum: 0 };
const quick = ['--steps', '1'];

const margin = { name: 'some margin', value: -0.5, time: 0 };
/** A kept case of a row, with its world. */
function kept(claim: string, rung: string): Reader {
  const worlds = fc.sample(rowNamed({ claim, rung }).check.worlds, { numRuns: 10, seed: 7 });
  // A world of few steps is read in the same way, and is judged in a second instead of ten.
  const stepsOf = (world: unknown) => (world as { steps?: number }).steps ?? 0;
  const world = worlds.reduce((a, b) => (stepsOf(b) < stepsOf(a) ? b : a));
  const text = json({ schema: 1, claim, rung, seed: 1, path: '0', world, margin, digits: 20 });
  return {
    ...{ name: `kept case of ${claim} on ${rung}`, text, file: FILE, most: 2 ** 21, codes: [0, 1] },
    args: ['verify', claim, '--rung', rung, '--path', FILE],
  };
}

const [calls] = fc.sample(
  kernelCases('float64').filter(([{ vocabulary, contexts }]) => vocabulary < 6 && contexts.length < 20),
  { numRuns: 1, seed: 3 },
);

const setting = slices.find(({ id }) => id === 'momentum')!;
const shard = atlasOf(
  { seed: 1, width: 0.7, claims: ['snap'], slices: ['momentum'] },
  settingsOf([setting]).map((s) => ({
    ...{ claim: 'snap' as const, setting: nameOf(s), worlds: 32, violated: 0 },
    ...stageLimits(0, 32),
  })),
);
if (shard.confidence !== 1 - CELL_LEVEL) throw new Error('a good atlas is of the level');

export const readers: readonly Reader[] = [
  {
    ...{ name: 'problem of train', text: json(problem), file: FILE, most: 2 ** 24, codes: [0] },
    args: ['train', '--problem', FILE, '--steps', '1', '--seeds', '1', '--batch', '2'],
  },
  {
    ...{ name: 'problem of explain', text: json(problem), file: FILE, most: 2 ** 24, codes: [0] },
    args: ['explain', FILE, ...quick],
  },
  {
    name: 'world of explain',
    text: json({ schema: 1, problem, Z: { 5: { 0: 1, 3: -1 } }, rates, steps: 2 }),
    ...{ file: FILE, most: 2 ** 24, codes: [0] },
    args: ['explain', FILE],
  },
  {
    name: 'kept case of explain',
    text: readFileSync(at('fixtures/counterexamples/discriminative.flow.json'), 'utf8'),
    ...{ file: FILE, most: 2 ** 24, codes: [0] },
    args: ['explain', FILE, ...quick],
  },
  kept('discriminative', 'sgd'),
  kept('frequency', 'flow'),
  kept('gradient', 'sgd'),
  kept('attention-dynamics', 'two-timescale'),
  kept('phase', 'single-ct'),
  kept('scan-curve', 'two-timescale'),
  {
    ...kept('common-tokens-lose', 'two-timescale'),
    name: 'kept case of this machine',
    file: '.snapcheck/counterexamples/common-tokens-lose.two-timescale.json',
    args: ['verify', 'common-tokens-lose', '--rung', 'two-timescale', '--runs', '1', '--workers', '1'],
  },
  {
    name: 'saved case of a kernel',
    text: savedCase(calls, { kernel: 'some', strict: false, failed: 'Y' }),
    ...{ file: FILE, most: 2 ** 26, codes: [0, 1] },
    args: ['kernel', '--builtin', 'float64', '--replay', FILE],
  },
  {
    name: 'part of an atlas',
    text: atlasText(shard),
    ...{ file: FILE, most: 2 ** 22, codes: [0] },
    args: ['atlas', '--merge', FILE, '--out', 'out'],
  },
  {
    name: 'rows of an interrupted run',
    // Of another program: valid, but set aside, so that no command runs to its end with it.
    text: json({ schema: 1, of: 'x', sum: 'y', rows: [], findings: [] }),
    ...{ file: '.snapcheck/thorough-1-320-decimal.json', most: 2 ** 26, codes: [] },
    args: ['verify', 'conservation', '--rung', 'sgd', '--thorough', '--seed', '1', '--workers', '1'],
  },
];
