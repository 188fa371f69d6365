/** The HTML report of a run. */
import { bundledVersions } from '../../io/bundled.ts';
import type { Result, Row } from '../../verify/result.ts';
import type { ClaimInfo } from '../claimInfo.ts';
import { heed } from '../heed.ts';
import { courseOf, type MarginCourse } from '../pictures/course.ts';
import {
  atlasFigures,
  benchFigures,
  dynamicsFigures,
  keptAtlas,
  keptKillMatrix,
} from '../pictures/figures.ts';
import { keptJson } from '../pictures/kept.ts';
import { checkManifest } from '../pictures/keptShapes.ts';
import { verdictDrawing } from '../pictures/verdictMap.ts';
import { rowAnchor } from './headline.ts';
import { page, type ReportData } from './page.ts';

/** Packages whose versions may matter to a number. */
const COMPUTE = ['decimal.js', 'fast-check', 'pure-rand', '@tensorflow/tfjs-core', 'gmp-wasm'];

function versions(): Record<string, string> {
  const own = keptJson('package.json', checkManifest);
  if (!own) return { node: process.version };
  const pinned = { ...own.dependencies, ...own.optionalDependencies, ...bundledVersions() };
  return {
    snapcheck: own.version,
    node: process.version,
    ...Object.fromEntries(COMPUTE.filter((name) => pinned[name]).map((name) => [name, pinned[name]])),
  };
}

/** Tiles of the map of verdicts, in pixels: room for a word, or for a mark. */
const [WORD, MARK] = [110, 20];

/** @throws the signal's reason where that cuts it short, before the next one */
async function courses({ counterexamples }: Result, signal?: AbortSignal): Promise<MarginCourse[]> {
  const all: MarginCourse[] = [];
  for (const counterexample of counterexamples) {
    await heed(signal);
    all.push(courseOf(counterexample));
  }
  return all;
}

/**
 * Draws and reads all that a report shows.
 * @throws the signal's reason where that cuts it short
 */
export async function reportData(
  result: Result,
  claims: readonly ClaimInfo[],
  command: string,
  made: Date,
  signal?: AbortSignal,
): Promise<ReportData> {
  const { rows } = result;
  const trained = keptAtlas();
  const link = (row: Row) => `#${rowAnchor(row)}`;
  const map = (tile: number) => verdictDrawing(rows, { tile, link });
  return {
    result,
    claims,
    provenance: { command, made, versions: versions() },
    map: rows.length > 0 ? { id: 'map', wide: map(WORD), narrow: map(MARK) } : null,
    courses: await courses(result, signal),
    dynamics: await dynamicsFigures(signal),
    atlas: atlasFigures(trained),
    trained,
    kills: keptKillMatrix(),
    bench: benchFigures(),
  };
}

/** The document, complete in itself. */
export const htmlReport = async (...run: Parameters<typeof reportData>): Promise<string> =>
  page(await reportData(...run));
