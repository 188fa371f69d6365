/** Findings on random class counts (Lemmas 10 and 11). */
import { type Field, ratio } from '../arithmetic/field.ts';
import { float64 } from '../arithmetic/float64.ts';
import { above } from '../decide/margin.ts';
import { manySamples, numbers, over, vocabulary } from '../generators/findings.ts';
import { type Finding, reading } from './finding.ts';
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
  kind: 'false as printed',
  words: '|N_n - ceil(N P(n))| <= sqrt(N/2 ln(2/delta)) + 1 < sqrt(N ln(2/delta))',
  why: 'The last "<" is asserted for every delta in (0, 1) and every N, and fails for small N ln(2/delta). Harmless: it is used for N >> K^2.',
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
    worlds: manySamples(),
    margins: radii,
  }),
  argument: 'with a = N ln(2/delta) it states sqrt(a) (1 - 1/sqrt 2) > 1.',
};

/** Two readings of the clock x = M h, the earlier one at N_n and the later one at Nbar, or conversely. */
interface Counts {
  readonly M: number;
  /** The earlier reading, in units of ln M. */
  readonly part: number;
  /** The later reading minus the earlier one. */
  readonly span: number;
}
/** etaY Delta, and the change of 1/(M-1+e^x) relative to its value at the later and at the earlier count. */
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

/**
 * The constant in "<~" of Eq. 62, for x = M h(N_n) < xbar = M h(Nbar), g = 1/(M-1+e^x), Delta = Nbar - N_n:
 *
 *     M etaY Delta = (e^xbar - e^x) + (M-1)(xbar - x) > e^xbar - e^x             (Lemma 6 at both counts)
 *     g(N_n)/g(Nbar) - 1 = (e^xbar - e^x)/(M-1+e^x) < M etaY Delta/(M-1+e^x) <= etaY Delta,   since e^x >= 1:
 *
 * three times etaY Delta/3. The quotient of both sides tends to 1 as x -> 0 and then xbar -> inf, so no smaller constant
 * holds for all counts; it is never attained. For N_n > Nbar the readings are exchanged, and 1/3 is enough for M >= 4:
 * 1 - g(N_n)/g(Nbar) <= etaY Delta M/(4(M-1)), by Eq. 64, since g decreases.
 */
const lemma11: Finding = {
  id: 'lemma-11-constant',
  place: 'Lemma 11, Eq. 62',
  kind: 'constant or hypothesis that can be better',
  words:
    "|..| <~ 1/(M-1+exp(M h(Nbar))) sigma' (62) where sigma' > 0 is some constant such that sigma' <= (1/3) etaY Delta",
  why: 'Eq. 62 is right: "<~" leaves a constant open. It can be given: 3 for N_n < Nbar (no smaller constant holds for all counts), 1 for N_n > Nbar, the case of Eq. 65.',
  expected: 'confirmed',
  printed: reading({
    says: 'that a constant c < 3 holds for N_n < Nbar: |g(N_n)/g(Nbar) - 1| <= c etaY Delta/3; checked with c = 1 (where Delta < Nbar/4) and c = 2.99 (N_n near 0)',
    at: [
      { M: 1e6, part: 0.94, span: 1.92, c: 1 },
      { M: 4, part: 2 ** -11, span: 30, c: 2.99 },
    ],
    margins: function* <T>(F: Field<T>, { c, ...world }: Counts & { c: number }) {
      const { waited, before } = changes(F, world);
      yield above(
        F,
        "c etaY Delta/3 above sigma' for N_n < Nbar",
        F.mul(ratio(F, c * 100, 300), waited),
        before,
      );
    },
  }),
  corrected: reading({
    says: "sigma' < etaY Delta for N_n < Nbar, and sigma' < etaY Delta/3 for N_n > Nbar (M >= 4)",
    worlds: counts,
    margins: function* <T>(F: Field<T>, world: Counts) {
      const { waited, before, after } = changes(F, world);
      yield above(F, "etaY Delta above sigma' for N_n < Nbar", waited, before);
      yield above(F, "etaY Delta/3 above sigma' for N_n > Nbar", F.div(waited, F.of(3)), after);
    },
  }),
  numbers: () =>
    `with Delta <= Nbar/4, sigma' reaches ${worst(1e6)} times etaY Delta/3 at M = 1e6, ${worst(1e100)} at M = 1e100`,
  argument:
    "M etaY Delta = (e^xbar - e^x) + (M-1)(xbar - x) by Lemma 6, and sigma' = (e^xbar - e^x)/(M-1+e^x) with e^x >= 1.",
};

export const concentrationFindings: readonly Finding[] = [lemma10, lemma11];
