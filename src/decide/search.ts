/** The random part of a decision: worlds are drawn, a failing one is shrunk, and a path finds it again. */
import fc, { type Arbitrary } from 'fast-check';

/** A 32-bit seed for one row of a run (FNV-1a of its name, started at the run's seed). */
export function rowSeed(seed: number, ...names: string[]): number {
  let hash = (0x811c9dc5 ^ seed) | 0;
  for (const char of names.join('/')) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  return hash | 0;
}

/** Which worlds of a row: `runs` of them, from index `from` (0 by default). */
interface Stretch {
  readonly runs: number;
  readonly seed: number;
  readonly from?: number;
  /**
   * Draws extremes more often, most often among the first worlds (fast-check's bias). Only for searches without
   * statistics: such worlds are not identically distributed, so that no limit of a probability follows from them.
   */
  readonly edges?: boolean;
}

/** fast-check's parameters. A path of one number starts at that world; those before it are skipped, not drawn. */
const parametersOf = ({ runs, seed, from = 0 }: Stretch) => ({
  numRuns: runs,
  seed,
  ...(from > 0 ? { path: String(from) } : {}),
});

/**
 * Calls `visit` with the worlds of a row in order, each drawn just before, until it returns false. The same seed gives
 * the same world at the same index, for every stretch that contains it.
 */
export async function visitWorlds<W>(
  worlds: Arbitrary<W>,
  stretch: Stretch,
  visit: (world: W) => boolean | Promise<boolean>,
): Promise<void> {
  // Returning false ends a check, here without shrinking.
  const { property, rethrow } = propertyOf(worlds, visit, stretch);
  await fc.check(property, { ...parametersOf(stretch), endOnFailure: true });
  rethrow();
}

/**
 * The worlds of a row as independent draws of one distribution: fast-check's bias to extremes would depend on the index.
 * Shrinking and replaying draw in the same way, since a path determines a world only together with the bias.
 */
const alike = <W>(worlds: Arbitrary<W>): Arbitrary<W> => fc.noBias(worlds);

/** A property that holds where `passes` returns true. An exception is rethrown as an error; fast-check would take it for a failure. */
function propertyOf<W>(
  worlds: Arbitrary<W>,
  passes: (world: W) => boolean | Promise<boolean>,
  { edges = false }: { edges?: boolean } = {},
) {
  let thrown: { error: unknown } | null = null;
  const property = fc.asyncProperty(edges ? worlds : alike(worlds), async (world) => {
    if (thrown) return true;
    try {
      return await passes(world);
    } catch (error) {
      thrown = { error };
      return false;
    }
  });
  const rethrow = () => {
    if (thrown) throw thrown.error;
  };
  return { property, rethrow };
}

interface Shrunk<W> {
  readonly world: W;
  /** With the row's seed, replays the world. */
  readonly path: string;
}

/**
 * The smallest failing world found in at most `budget` further trials (counted, not timed, so that the same seed
 * shrinks to the same world); null when no world of the stretch fails.
 */
export async function shrink<W>(
  worlds: Arbitrary<W>,
  fails: (world: W) => boolean | Promise<boolean>,
  { budget = 1500, ...stretch }: Stretch & { budget?: number },
): Promise<Shrunk<W> | null> {
  let left = Number.POSITIVE_INFINITY;
  const { property, rethrow } = propertyOf(
    worlds,
    async (world) => {
      if (left-- <= 0 || !(await fails(world))) return true;
      if (left === Number.POSITIVE_INFINITY) left = budget;
      return false;
    },
    stretch,
  );
  const { counterexample, counterexamplePath } = await fc.check(property, parametersOf(stretch));
  rethrow();
  return counterexample && counterexamplePath ? { world: counterexample[0], path: counterexamplePath } : null;
}

/**
 * The smallest world found from a failing one, by the arbitrary that generates exactly that one. `fails` may return false
 * for all further worlds when the time is used up: the result is then the smallest world so far.
 */
export async function shrinkFrom<W>(
  given: Arbitrary<W>,
  fails: (world: W) => boolean | Promise<boolean>,
): Promise<W | null> {
  const { property, rethrow } = propertyOf(given, async (world) => !(await fails(world)));
  const { counterexample } = await fc.check(property, { numRuns: 1 });
  rethrow();
  return counterexample ? counterexample[0] : null;
}

/** The world at a path of a row; null when there is none. */
export async function replay<W>(worlds: Arbitrary<W>, seed: number, path: string): Promise<W | null> {
  let found: W | null = null;
  const property = fc.asyncProperty(alike(worlds), async (world) => {
    found ??= world;
  });
  try {
    await fc.check(property, { seed, path, numRuns: 1 });
  } catch {
    return null; // fast-check throws where the path does not fit the arbitrary
  }
  return found;
}
