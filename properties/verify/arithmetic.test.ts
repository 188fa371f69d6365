// heavy: 10 s
import { expect, it } from 'vitest';
import type { Field } from '../../src/arithmetic/field.ts';
import { mpfrInterval } from '../../src/arithmetic/mpfrInterval.ts';
import type { AnyCheck } from '../../src/claims/claim.ts';
import { defaultPrecision } from '../../src/decide/enclosure.ts';
import { visitWorlds } from '../../src/decide/search.ts';
import { findings } from '../../src/findings/findings.ts';
import { fastTraining } from '../../src/verify/fastTraining.ts';
import { rowsOf } from '../../src/verify/registry.ts';
import { verify } from '../../src/verify/verify.ts';
import { guarded } from '../arithmetic/guarded.ts';
import { describeMpfr } from '../support/mpfr.ts';

const ARITHMETICS = ['decimal', 'mpfr'] as const;
const certified = rowsOf().filter(({ check }) => ['certified', 'proved'].includes(check.decided));
/** Rows that are decided state by state. */
const pointwise = certified.filter(({ check }) => !check.enclosed);
/** Of trajectories some: a statement about the end of a run takes all its steps. */
const short = certified.filter(
  ({ claim, check }) => !check.enclosed || ['conservation', 'frequency'].includes(claim.id),
);
/** The same world with so many steps at most: a step uses the values of the two before it, and all take the same code. */
const STEPS = 8;
const shortened = (world: unknown): unknown =>
  typeof world === 'object' && world !== null && 'steps' in world
    ? { ...world, steps: Math.min(STEPS, Number(world.steps)) }
    : world;
const seed = 20230525;

async function everyWorld(
  check: AnyCheck,
  runs: number,
  ask: (world: unknown, judge: AnyCheck['judge']) => Promise<void>,
) {
  for (const { worlds, judge } of [check, ...check.controls])
    await visitWorlds(worlds, { runs, seed }, async (world) => {
      await ask(world, judge);
      return true;
    });
}

describeMpfr('decimal.js and MPFR', () => {
  it('decide every certified claim and its controls alike', async () => {
    expect(pointwise.length).toBeGreaterThan(25);
    // Up to 30 digits double-doubles would decide for both.
    const digits = 40;
    for (const { claim, check } of pointwise)
      await everyWorld(check, 1, async (world, judge) => {
        const [ours, theirs] = await Promise.all(
          ARITHMETICS.map((arithmetic) =>
            judge(world, fastTraining, { ...defaultPrecision, digits, arithmetic }),
          ),
        );
        expect(theirs.outcome, `${claim.id} on ${check.rung}: ${JSON.stringify(world)}`).toBe(ours.outcome);
      });
  });

  it('judge every reading of every finding alike', async () => {
    for (const { id, printed, corrected } of findings)
      for (const side of [printed, corrected]) {
        const [ours, theirs] = await Promise.all(ARITHMETICS.map((name) => side.judge(4, seed, name)));
        const counts = ({ held, violated, undecided }: typeof ours) => ({ held, violated, undecided });
        expect(counts(theirs), id).toEqual(counts(ours));
      }
  });

  it('give the same rows, and the result says which of them decided', async () => {
    const options = {
      claims: ['speed', 'conservation', 'gradient'],
      rungs: ['two-timescale', 'sgd'],
      runs: 2,
      seed,
    };
    const [ours, theirs] = [await verify(options), await verify({ ...options, arithmetic: 'mpfr' })];
    expect([ours.arithmetic, theirs.arithmetic]).toEqual(ARITHMETICS);
    const told = ({ rows }: typeof ours) =>
      rows.map(({ claim, rung, verdict, held, violated, undecided, control }) => [
        claim,
        rung,
        verdict,
        held,
        violated,
        undecided,
        control,
      ]);
    expect(told(theirs)).toEqual(told(ours));
  });
});

describeMpfr('margins over MPFR', () => {
  it('use no value that a scope has freed', async () => {
    let asked = 0;
    for (const { check } of short) {
      const { margins } = check;
      if (!margins) continue;
      await everyWorld(check, check.enclosed ? 1 : 2, async (world) => {
        const F = guarded(mpfrInterval(20) as Field<unknown>);
        F.memory.scope(() => {
          for (const { value, scale } of margins(F, shortened(world))) {
            F.sign(value);
            F.toNumber(scale);
            asked += 1;
          }
        });
      });
    }
    expect(asked).toBeGreaterThan(1000);
  });
});
