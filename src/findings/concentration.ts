/** Findings about random class counts (Lemmas 10 and 11). */
import type { Field } from '../arithmetic/field.ts';
import { float64 } from '../arithmetic/float64.ts';
import { manySamples, numbers, over, vocabulary } from '../generators/findings.ts';
import { above, type Finding, reading } from './finding.ts';
import { pace, tauAt } from './formulas.ts';

interface Sampled {
  readonly N: number;
  readonly delta: number;
}
function* radii<T>(F: Field<T>, { N, delta }: Sampled) {
  const a = F.mul(F.of(N), F.ln(F.div(F.of(2), F.of(delta))));
  const left = F.add(F.sqrt(F.div(a, F.of(2))), F.of(1));
  yield above(F, 'sqrt(N ln(2/delta)) above sqrt(N ln(2/delta)/2) + 1', F.sqrt(a), left);
}

const lemma10: Finding = {
  id: 'lemma-10',
  place: 'Lemma 10, the last < of Eq. 58',
  kind: 'hypothesis needed',
  expected: 'confirmed',
  printed: reading({
    says: 'sqrt(N ln(2/delta)/2) + 1 < sqrt(N ln(2/delta)) for every N and delta',
    at: [
      { N: 1, delta: 0.5 },
      // N ln(2/delta) = 11.5, just below the limit
      { N: 5, delta: 0.2 },
    ],
    margins: radii,
  }),
  corrected: reading({
    says: 'it holds exactly when N ln(2/delta) > (2 + sqrt 2)^2 = 11.66',
    worlds: manySamples,
    margins: radii,
  }),
  argument: 'with a = N ln(2/delta) it says sqrt(a) (1 - 1/sqrt 2) > 1.',
};

/** Two readings of the clock x = M h, the earlier at N_n, the later at Nbar, or the other way round. */
interface Counts {
  readonly M: number;
  /** The earlier reading, in units of ln M. */
  readonly part: number;
  /** The later reading less the earlier. */
  readonly span: number;
}
/** etaY Delta, and the relative change of 1/(M-1+e^x) seen from the later count and from the earlier. */
function changes<T>(F: Field<T>, { M, part, span }: Counts) {
  const early = F.mul(F.of(part), F.ln(F.of(M)));
  const later = F.add(early, F.of(span));
  const [slow, fast] = [pace(F, M, later), pace(F, M, early)];
  const rise = F.sub(F.exp(later), F.exp(early));
  return {
    waited: F.sub(tauAt(F, M, later), tauAt(F, M, early)),
    /** N_n < Nbar: |1/D(N_n) - 1/D(Nbar)| D(Nbar). */
    before: F.div(rise, fast),
    /** N_n > Nbar. */
    after: F.div(rise, slow),
  };
}
const counts = numbers<Counts>({ M: vocabulary(4, 9), part: over(-3, 0), span: over(-3, 0.5) });

/** Largest ratio of sigma' to etaY Delta/3 for N_n < Nbar and Delta <= Nbar/4, on a grid of readings. */
function worst(M: number): string {
  let most = 0;
  for (let part = 0.5; part < 1.5; part += 0.005)
    for (let span = 0.02; span < 6; span += 0.02) {
      const { waited, before } = changes(float64, { M, part, span });
      if (waited <= tauAt(float64, M, part * Math.log(M) + span) / 4)
        most = Math.max(most, (3 * before) / waited);
    }
  return most.toPrecision(3);
}

const lemma11: Finding = {
  id: 'lemma-11',
  place: "Lemma 11, Eq. 62 and 65: sigma' <= etaY Delta/3",
  kind: 'false statement',
  expected: 'confirmed',
  printed: reading({
    says: "1/(M-1+exp(M h(N_n))) is within 1 +- sigma' of its value at Nbar, sigma' <= etaY Delta/3, for N_n on either side",
    at: [{ M: 1e6, part: 0.93, span: 2.1 }],
    margins: function* <T>(F: Field<T>, world: Counts) {
      const { waited, before } = changes(F, world);
      yield above(F, "etaY Delta/3 above sigma' for N_n < Nbar", F.div(waited, F.of(3)), before);
    },
  }),
  corrected: reading({
    says: "sigma' <= etaY Delta/3 for N_n > Nbar, and sigma' <= exp(etaY Delta M/(4(M-1))) - 1 <= exp(etaY Delta/3) - 1 for N_n < Nbar (M >= 4)",
    worlds: counts,
    margins: function* <T>(F: Field<T>, world: Counts) {
      const { waited, before, after } = changes(F, world);
      const exponent = F.div(F.mul(waited, F.of(world.M)), F.mul(F.of(4), F.of(world.M - 1)));
      const grown = F.sub(F.exp(exponent), F.of(1));
      yield above(F, "exp(etaY Delta M/(4(M-1))) - 1 above sigma' for N_n < Nbar", grown, before);
      yield above(F, "etaY Delta/3 above sigma' for N_n > Nbar", F.div(waited, F.of(3)), after);
    },
  }),
  numbers: () => `sigma' reaches ${worst(1e6)} times etaY Delta/3 at M = 1e6 with Delta <= Nbar/4`,
  argument:
    "|g'| <= g etaY/3 bounds ln g, not g: going back by Delta multiplies g = 1/(M-1+exp(M h)) by at most exp(etaY Delta M/(4(M-1))). The constant 1/4 is attained at exp(M h) = M - 1 as Delta -> 0.",
};

export const concentrationFindings: readonly Finding[] = [lemma10, lemma11];
