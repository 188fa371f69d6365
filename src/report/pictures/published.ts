/** The paper's figures, drawn from the data that are kept of each. */
import type { Checked } from '../../io/badInput.ts';
import { subsetDrawing } from './adamSubsets.ts';
import { biasDrawing } from './biasCurves.ts';
import { clockDrawing } from './clockCurves.ts';
import { entropyDrawing } from './entropyMap.ts';
import { growthDrawing } from './growth.ts';
import { attentionDrawing } from './heatMap.ts';
import { keptJson } from './kept.ts';
import {
  checkAttention,
  checkBiases,
  checkClocks,
  checkEntropies,
  checkGrowth,
  checkRecalls,
  checkSubsets,
} from './publishedShapes.ts';
import { recallDrawing } from './recallCurves.ts';
import type { Drawing } from './svg.ts';

/** A figure of the paper, for any width. */
export interface PublishedFigure {
  /** `figure-3` */
  readonly id: string;
  draw(width: number): Drawing;
}

const keptOf = <T>(number: number, check: (json: unknown) => Checked<T>): T | undefined =>
  keptJson(`fixtures/figures/figure${number}.json`, check);

/** The figure with its data; none where this copy keeps no data. */
function figure<T>(
  number: number,
  data: T | undefined,
  draw: (data: T, width: number) => Drawing,
): PublishedFigure[] {
  return data === undefined ? [] : [{ id: `figure-${number}`, draw: (width) => draw(data, width) }];
}

/**
 * Figures 3 to 6, 8, 9, 11 and 12.
 * @throws BadInput with every fault of a file that was damaged or edited
 */
export function publishedFigures(): PublishedFigure[] {
  const recalls = keptOf(11, checkRecalls);
  return [
    ...figure(3, keptOf(3, checkGrowth), (data, width) => growthDrawing(data, 1, width)),
    ...figure(4, keptOf(4, checkAttention), attentionDrawing),
    ...figure(5, keptOf(5, checkSubsets), subsetDrawing),
    ...figure(6, keptOf(6, checkEntropies), entropyDrawing),
    ...figure(8, keptOf(8, checkClocks), clockDrawing),
    ...figure(9, keptOf(9, checkBiases), biasDrawing),
    ...figure(11, recalls, (data, width) => recallDrawing(data, 'ratio', width)),
    ...figure(12, recalls, (data, width) => recallDrawing(data, 'etaZ', width)),
  ];
}
