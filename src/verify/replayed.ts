import { ready } from '../decide/arithmetic.ts';
import type { Precision } from '../decide/enclosure.ts';
import { replay } from '../decide/search.ts';
import { askCase, readCase } from '../decide/store.ts';
import { counterexampleOf } from './counterexample.ts';
import { judgeStrictly, seedOf } from './jobs.ts';
import type { ClaimRow } from './registry.ts';
import type { Counterexample } from './result.ts';

/** One world again, from its path or its file, judged as strictly as the row can. Holding worlds are told too. */
export async function replayed(
  entry: ClaimRow,
  seed: number,
  path: string,
  precision: Precision,
): Promise<Counterexample[]> {
  const { claim, check } = entry;
  await ready(precision.arithmetic);
  const world = path.endsWith('.json')
    ? readCase(path, claim.id, check.rung)?.world
    : await replay(check.worlds, seedOf(entry, seed), path);
  if (world === null || world === undefined) return [];
  const ask = () => judgeStrictly(check, world, precision);
  const judgement = path.endsWith('.json') ? await askCase(path, ask) : await ask();
  return [counterexampleOf(entry, world, judgement, path, seed)];
}
