/** The random side of a decision: drawing worlds, shrinking the one that fails, and finding it again. */
import fc, { type Arbitrary } from 'fast-check';

/** A 32-bit seed for one row of a run (FNV-1a of its name, started at the run's seed). */
export function rowSeed(seed: number, ...names: string[]): number {
  let hash = (0x811c9dc5 ^ seed) | 0;
  for (const char of names.join('/')) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  return hash | 0;
}

/** Which worlds of a row: `runs` of them, those before the one at `from` (0 when left out) passed over. */
export interface Stretch {
  readonly runs: number;
  readonly seed: number;
  readonly from?: number;
  /**
   * Draws extremes more often, the more so the earlier a world comes (fast-check's bias). For hunts that count nothing:
   * such worlds are not identically distributed, so no limit of a probability follows from them.
   */
  readonly edges?: boolean;
}

/** As fast-check takes it. A path of one number begins there; what lies before is not drawn, only stepped over. */
const parametersOf = ({ runs, seed, from = 0 }: Stretch) => ({
  numRuns: runs,
  seed,
  ...(from > 0 ? { path: String(from) } : {}),
});

/**
 * Shows `visit` the worlds of a row one after the other, each drawn when its turn comes, until it returns false. The
 * same seed gives the same world at the same place, wherever the stretch begins and ends.
 */
export async function visitWorlds<W>(
  worlds: Arbitrary<W>,
  stretch: Stretch,
  visit: (world: W) => boolean | Promise<boolean>,
): Promise<void> {
  // Returning false ends a check; without shrinking, nothing more happens.
  const { property, rethrow } = asking(worlds, visit, stretch);
  await fc.check(property, { ...parametersOf(stretch), endOnFailure: true });
  rethrow();
}

/**
 * The worlds of a row as independent draws of one distribution, wherever they stand: fast-check leans to extremes by a
 * world's place. Whatever shrinks or replays a row draws it in the same way, since a path alone is no world.
 */
const alike = <W>(worlds: Arbitrary<W>): Arbitrary<W> => fc.noBias(worlds);

/** The first worlds of a row, all at once. */
export const sample = <W>(worlds: Arbitrary<W>, { runs, seed }: Pick<Stretch, 'runs' | 'seed'>): W[] =>
  fc.sample(alike(worlds), { numRuns: runs, seed });

/** A property that passes while `ask` says true. fast-check takes an exception for an answer; here it is an error. */
function asking<W>(
  worlds: Arbitrary<W>,
  ask: (world: W) => boolean | Promise<boolean>,
  { edges = false }: { edges?: boolean } = {},
) {
  let thrown: { error: unknown } | null = null;
  const property = fc.asyncProperty(edges ? worlds : alike(worlds), async (world) => {
    if (thrown) return true;
    try {
      return await ask(world);
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

export interface Shrunk<W> {
  readonly world: W;
  /** Replays the world together with the row's seed. */
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
  const { property, rethrow } = asking(
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
 * The smallest world found from a failing one, by the arbitrary that generates exactly that one. `fails` may begin to say
 * no to everything (out of time): the smallest so far is then the last one.
 */
export async function shrinkFrom<W>(
  given: Arbitrary<W>,
  fails: (world: W) => boolean | Promise<boolean>,
): Promise<W | null> {
  const { property, rethrow } = asking(given, async (world) => !(await fails(world)));
  const { counterexample } = await fc.check(property, { numRuns: 1 });
  rethrow();
  return counterexample ? counterexample[0] : null;
}

/** The world at a path of a row; null when the path leads nowhere. */
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
