import type { Precision } from '../decide/enclosure.ts';
import { ready } from '../decide/enclosureLibrary.ts';
import { replay } from '../decide/search.ts';
import { BadInput } from '../io/badInput.ts';
import { labelled } from '../io/document.ts';
import { counterexampleOf } from './counterexample.ts';
import { judgeStrictly, seedOf } from './jobs.ts';
import { caseRowOf, judgeKeptCase, readCase, type StoredCase } from './keptCases.ts';
import type { ClaimRow } from './registry.ts';
import { isCaseFile } from './replayPath.ts';
import type { Counterexample } from './result.ts';

/** @throws BadInput with every fault of the file */
function keptCase(file: string, row: ClaimRow): StoredCase {
  const kept = readCase(file, caseRowOf(row));
  if ('faults' in kept) throw new BadInput(labelled(kept, '--path').faults);
  return kept.value;
}

/** Judges one world again, from its path or its file, as strictly as the row can. Worlds that hold are reported too. */
export async function replayWorld(
  entry: ClaimRow,
  seed: number,
  path: string,
  precision: Precision,
): Promise<Counterexample[]> {
  const { check } = entry;
  await ready(precision.arithmetic);
  const kept = isCaseFile(path) ? keptCase(path, entry) : null;
  const world = kept ? kept.world : await replay(check.worlds, seedOf(entry, seed), path);
  if (world === null) return [];
  const ask = () => judgeStrictly(check, world, precision);
  const judgement = kept ? await judgeKeptCase(path, ask) : await ask();
  return [counterexampleOf(entry, world, judgement, path, seed, kept?.isolates)];
}
