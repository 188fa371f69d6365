/** The pictures of the HTML report: data of a few seconds made on the spot, longer runs read from what is kept. */
import { type Atlas, checkAtlas } from '../../atlas/document.ts';
import { type Kill, medianCases } from '../../kernels/zoo/kills.ts';
import { zoo } from '../../kernels/zoo/zoo.ts';
import { presets, syntheticProblem } from '../../model/presets.ts';
import type { Problem } from '../../model/problem.ts';
import { heed } from '../heed.ts';
import { atlasDrawings } from './atlasMap.ts';
import { wideAtlasDrawing } from './atlasWide.ts';
import { entropyDrawing } from './entropyMap.ts';
import { frontierDrawing } from './frontier.ts';
import { growthDrawing } from './growth.ts';
import { heatMapDrawing } from './heatMap.ts';
import { keptJson } from './kept.ts';
import { checkBench, checkEntropies, checkKillMatrix } from './keptShapes.ts';
import { killMapDrawing } from './killMap.ts';
import { smallProblemRun } from './pictures.ts';
import { scalingDrawing } from './scaling.ts';
import { scanAndSnapDrawing } from './scanAndSnap.ts';
import { scanCurveDrawing } from './scanCurve.ts';
import { stagesDrawing } from './stages.ts';
import type { Drawing } from './svg.ts';
import { flowLogits, growthFactors, trainedAttention, twoTimescaleLogits } from './trajectories.ts';

export interface Figure {
  readonly id: string;
  readonly wide: Drawing;
  /** For a page of 400 px; the same as `wide` where that is narrow enough. */
  readonly narrow: Drawing;
}

/** Widths that a page of 400 px and one of 800 px have room for. */
const [NARROW, WIDE] = [360, 620];

const both = (id: string, draw: (width: number) => Drawing): Figure => ({
  id,
  wide: draw(WIDE),
  narrow: draw(NARROW),
});

const small = syntheticProblem(presets['syn-small']);
const SAMPLING = { batch: 128, length: 128, seed: 1 };
const MARKS = [0, 2, 5, 10, 15, 20, 30, 50, 100, 1000];

async function drawHeatMap(): Promise<Figure> {
  const run = async (etaY: number) => {
    const rows = await trainedAttention(small, { etaY, etaZ: 1, momentum: 0.9 }, SAMPLING, MARKS);
    return {
      name: `etaY = ${etaY}, etaZ = 1`,
      rows: rows.map(({ step, attention }) => ({ step, attention: attention[0] })),
    };
  };
  const protocol =
    'As published: the small problem, zero start, SGD with momentum 0.9, batches of 128 sequences of 128 tokens (seed 1).';
  const common = presets['syn-small'].common;
  const data = { runs: [await run(1), await run(10)], common, protocol };
  return both('figure-4', (width) => heatMapDrawing(data, width));
}

let heatMapDrawn: Promise<Figure> | undefined;
/** Figure 4, whose 2,000 steps take a second: made once for all reports of a process. */
function heatMap(): Promise<Figure> {
  heatMapDrawn ??= drawHeatMap();
  return heatMapDrawn;
}

/** Ten classes of one query, M = 1000 as in the paper's figure: one common token, thrice as likely as the top distinct one. */
function growthProblem(): Problem {
  const { classes } = syntheticProblem({ queryTokens: 1, nextPerQuery: 10, common: 1, distinct: 5 });
  const weigh = (p: readonly number[]) => p.map((x, i) => (i === 0 ? 3 * x : x));
  return {
    vocabulary: 1000,
    classes: classes.map((c) => ({ ...c, probabilities: weigh(c.probabilities) })),
  };
}

function growth(): Figure {
  const problem = growthProblem();
  const [K, M] = [problem.classes.length, problem.vocabulary];
  const times = Array.from({ length: 121 }, (_, i) => 10 ** ((i * Math.log10(1000)) / 120));
  const rates = [0.5, 1, 2, 5];
  const clocks = rates.map((etaY) => ({ vocabulary: M, classes: K, etaY, etaZ: 0.5 }));
  const chis = growthFactors(problem, clocks, times);
  const curves = rates.map((etaY, i) => {
    const scanEnd = (K * Math.log(M)) / etaY;
    return { etaY, chi: chis[i], scanEnd, onset: 2 * scanEnd };
  });
  const words = `K = ${K} and M = ${M} as in the paper's figure, one query token, one common token (P = 0.52) and five distinct ones a class.`;
  return both('figure-3', (width) => growthDrawing({ times, curves, problem: words }, 1, width));
}

function scanCurve(): Figure {
  const rates = { etaY: 1, etaZ: 1, momentum: 0 };
  const times = [10, 100];
  const flows = flowLogits(small, rates, times).map((logits, i) => ({ time: times[i], logits }));
  // Far enough that the curve bends.
  const [onCurve] = twoTimescaleLogits(small, [30]);
  const words = 'Class 0 of the small published problem, distinct tokens.';
  return both('scan-curve', (width) => scanCurveDrawing({ onCurve, flow: flows, problem: words }, width));
}

/**
 * Figures 2, 3, 4 and 6 of the paper and two of our own.
 * @throws the signal's reason where that cuts it short, before the next one
 */
export async function dynamicsFigures(signal?: AbortSignal): Promise<Figure[]> {
  await heed(signal);
  const run = await smallProblemRun();
  const table = keptJson('fixtures/figure6-reproduction.json', checkEntropies);
  const made: Figure[] = [];
  for (const make of [
    () => both('figure-2', (width) => stagesDrawing(run, width)),
    () => both('scan-and-snap', (width) => scanAndSnapDrawing(run, width)),
    () => heatMap(),
    () => growth(),
    ...(table ? [() => both('figure-6', (width) => entropyDrawing(table, width))] : []),
    () => scanCurve(),
  ]) {
    await heed(signal);
    made.push(await make());
  }
  return made;
}

export const keptAtlas = (): Atlas | undefined => keptJson('fixtures/atlas/atlas.json', checkAtlas);

/** The atlas: all of it where the page is wide, else its overview; then a map a claim for narrower pages. */
export function atlasFigures(atlas = keptAtlas()): Figure[] {
  if (!atlas) return [];
  return atlasDrawings(atlas).map(({ file, drawing }) =>
    file === 'atlas.svg'
      ? { id: 'atlas-overview', wide: wideAtlasDrawing(atlas), narrow: drawing }
      : { id: file.replace('.svg', ''), wide: drawing, narrow: drawing },
  );
}

export interface KillMatrix {
  readonly summary: {
    readonly mixed: number;
    readonly survivors: readonly {
      readonly bug: string;
      readonly face: string;
      /** A proof that its outputs stay within their bounds. */
      readonly why: string | null;
      /** Cases of the regimes that show it together, until it was found there. */
      readonly directed: number | null;
    }[];
  };
  readonly kills: readonly Kill[];
}

export const keptKillMatrix = (): KillMatrix | undefined =>
  keptJson('fixtures/kill-matrix.json', checkKillMatrix);

export function killFigure({ summary, kills }: KillMatrix): Figure {
  const classOf = new Map(zoo.map(({ id, class: name }) => [id, name]));
  const medians = { stages: medianCases(kills, 'stages'), outputs: medianCases(kills, 'outputs') };
  const data = { kills, classOf, mixed: summary.mixed, medians };
  return both('kill-matrix', (width) => killMapDrawing(data, width));
}

/** The frontier and the scaling curves of a kept bench; none where there is no bench. */
export function benchFigures(bench = keptJson('bench/results/bench.json', checkBench)): Figure[] {
  if (!bench) return [];
  const scaled = scalingDrawing(bench);
  return [
    both('frontier', (width) => frontierDrawing(bench, width)),
    ...(scaled ? [both('scaling', (width) => scalingDrawing(bench, width) ?? scaled)] : []),
  ];
}
