/** The HTML report of a run. */
import type { Result } from '../../verify/result.ts';
import type { ClaimInfo } from '../claimInfo.ts';
import { atlasFigures, benchFigures, dynamicsFigures, keptKillMatrix } from '../pictures/figures.ts';
import { keptJson } from '../pictures/kept.ts';
import { checkManifest } from '../pictures/keptShapes.ts';
import { verdictDrawing } from '../pictures/verdictMap.ts';
import { page, type ReportData } from './page.ts';

/** Packages whose versions may matter to a number. */
const COMPUTE = ['decimal.js', 'fast-check', 'pure-rand', '@tensorflow/tfjs', 'gmp-wasm'];

function versions(): Record<string, string> {
  const own = keptJson('package.json', checkManifest);
  if (!own) return { node: process.version };
  const pinned = { ...own.dependencies, ...own.optionalDependencies };
  return {
    snapcheck: own.version,
    node: process.version,
    ...Object.fromEntries(COMPUTE.filter((name) => pinned[name]).map((name) => [name, pinned[name]])),
  };
}

/** Tiles of the map of verdicts, in pixels: room for a word, or for a mark. */
const [WORD, MARK] = [110, 22];

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
  const map = (tile: number) => verdictDrawing(rows, command, tile);
  return {
    result,
    claims,
    provenance: { command, made, versions: versions() },
    map: rows.length > 0 ? { id: 'map', wide: map(WORD), narrow: map(MARK) } : null,
    dynamics: await dynamicsFigures(command, signal),
    atlas: atlasFigures(),
    kills: keptKillMatrix(),
    bench: benchFigures(),
  };
}

/** The document, complete in itself. */
export const htmlReport = async (...run: Parameters<typeof reportData>): Promise<string> =>
  page(await reportData(...run));
