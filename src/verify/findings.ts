import { ready } from '../decide/enclosureLibrary.ts';
import type { EnclosureLibrary } from '../decide/libraries.ts';
import { type Finding, judgeFinding } from '../findings/finding.ts';
import { findings } from '../findings/findings.ts';
import type { FindingRow } from './result.ts';

/** Judges one finding, as a row of the result. */
export async function decideFinding(
  finding: Finding,
  runs: number,
  seed: number,
  arithmetic?: EnclosureLibrary,
): Promise<FindingRow> {
  await ready(arithmetic);
  const begun = performance.now();
  const { id, place, kind, words, why, expected, printed, corrected } = finding;
  const evidence = await judgeFinding(finding, runs, seed, arithmetic);
  const seconds = (performance.now() - begun) / 1000;
  return {
    id,
    place,
    kind,
    words,
    why,
    printed: printed.says,
    corrected: corrected.says,
    expected,
    ...evidence,
    seconds,
  };
}

/** The lines of the paper that are judged, before anything runs. */
export const listFindings = () =>
  findings.map(({ id, place, kind, words, why, expected, printed, corrected }) => ({
    id,
    place,
    kind,
    words,
    why,
    printed: printed.says,
    corrected: corrected.says,
    expected,
  }));
