/** The pictures of the HTML report: data of a few seconds made on the spot, longer runs read from what is kept. */
import { type Atlas, checkAtlas } from '../../atlas/document.ts';
import { type Kill, medianCases } from '../../kernels/zoo/kills.ts';
import { zoo } from '../../kernels/zoo/zoo.ts';
import { presets, syntheticProblem } from '../../model/presets.ts';
import { heed } from '../heed.ts';
import { atlasDrawings } from './atlasMap.ts';
import { wideAtlasDrawing } from './atlasWide.ts';
import { frontierDrawing } from './frontier.ts';
import { keptJson } from './kept.ts';
import { checkBench, checkKillMatrix } from './keptShapes.ts';
import { killMapDrawing } from './killMap.ts';
import { smallProblemRun } from './pictures.ts';
import { publishedFigures } from './published.ts';
import { scalingDrawing } from './scaling.ts';
import { scanAndSnapDrawing } from './scanAndSnap.ts';
import { scanCurveDrawing } from './scanCurve.ts';
import { stagesDrawing } from './stages.ts';
import type { Drawing } from './svg.ts';
import { flowLogits, twoTimescaleLogits } from './trajectories.ts';

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
 * Figure 2 of the paper, two of our own, and the paper's figures whose data are kept.
 * @throws the signal's reason where that cuts it short, before the next one
 */
export async function dynamicsFigures(signal?: AbortSignal): Promise<Figure[]> {
  await heed(signal);
  const run = await smallProblemRun();
  const made: Figure[] = [];
  for (const make of [
    () => both('figure-2', (width) => stagesDrawing(run, width)),
    () => both('scan-and-snap', (width) => scanAndSnapDrawing(run, width)),
    ...publishedFigures().map(
      ({ id, draw }) =>
        () =>
          both(id, draw),
    ),
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
