import type { Field } from '../arithmetic/field.ts';
import { equal, largest, type Margin } from '../decide/margin.ts';
import { type HeadsWorld, headsWorld } from '../generators/models.ts';
import { populationExamples } from '../ladder/population.ts';
import { reducedLayout } from '../model/layout.ts';
import { modelWith } from '../model/model.ts';
import { layoutOfModel } from '../model/modelLayout.ts';
import { type Rates, type State, step, zeroState } from '../model/training.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';

/**
 * Every head after some steps from zero, against one head at other rates: Z^h = Z and H Y^h = Y.
 *
 * Proof, by induction over steps: from equal heads all f^h are f, so o = sum_h (Y^h)^T f = Y^T f has the same alpha. Then
 * dY^h = f (e_n - alpha)^T moves H Y^h by H etaY times it, and g^h = Y^h (e_n - alpha) = g/H moves Z^h by etaZ/H times P_f g.
 */
const asOne = (changed: (heads: number, rates: Rates) => Rates) =>
  function* <T>(F: Field<T>, world: HeadsWorld): Generator<Margin<T>> {
    const { heads, steps } = world;
    const one = reducedLayout(world.problem);
    const several = layoutOfModel(one, modelWith({ heads }));
    const examples = populationExamples(F, world.problem);
    let [single, all]: State<T>[] = [zeroState(F, one), zeroState(F, several)];
    for (let k = 0; k < steps; k++) {
      single = step(F, one, single, examples, changed(heads, world.rates)).state;
      all = step(F, several, all, examples, world.rates).state;
    }
    const [rows, queries] = [one.tokens.length, one.queries.length];
    // On the scale of a step: a logit may stand still, and then both are rounding alone.
    const scaled = (margin: Margin<T>, rate: number, row: readonly T[]): Margin<T> => ({
      ...margin,
      scale: largest(F, [F.of(rate), ...row]),
    });
    for (const [i, row] of all.Z.entries())
      for (const [l, z] of row.entries()) {
        const margin = equal(F, `logit of token ${one.tokens[l]}`, z, single.Z[i % queries][l]);
        yield scaled(margin, world.rates.etaZ, row);
      }
    for (const [i, row] of all.Y.entries())
      for (const [j, y] of row.entries()) {
        const whole = F.mul(F.of(heads), y);
        const margin = equal(F, `row of token ${one.tokens[i % rows]} in Y`, whole, single.Y[i % rows][j]);
        yield scaled(margin, world.rates.etaY, row);
      }
  };

const oneHead = (heads: number, given: Rates): Rates => ({
  ...given,
  etaY: heads * given.etaY,
  etaZ: given.etaZ / heads,
});

export const headsAsOne: Claim = {
  id: 'heads-as-one',
  source: 'own (several heads)',
  headline: false,
  statement:
    'H heads from equal starts are one head with rates H etaY and etaZ/H: heads make the decoder H^2 times faster beside attention.',
  formula: String.raw`Z^h = Z, \quad H\, Y^h = Y \quad \text{at rates } (H \eta_Y,\ \eta_Z / H)`,
  silent: 'Heads that start differently stay different. The atlas has two heads from random starts.',
  checks: [
    check.certified({
      rung: 'heads',
      statement:
        'Two to four steps of expected training from zero: every entry of Z^h and H Y^h is that of the one head.',
      expected: 'holds',
      worlds: headsWorld(),
      share: 0.1,
      margins: asOne(oneHead),
      controls: [
        {
          drops: 'the rate of the decoder: etaY as it is',
          margins: asOne((heads, given) => ({ ...oneHead(heads, given), etaY: given.etaY })),
        },
        {
          drops: 'the rate of attention: etaZ as it is',
          margins: asOne((heads, given) => ({ ...oneHead(heads, given), etaZ: given.etaZ })),
        },
      ],
    }),
  ],
};
