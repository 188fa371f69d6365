/** A kernel that is in no list: the closed form, automatic differentiation and central differences agree on it. */
import { expect, it } from 'vitest';
import { decimal } from '../../src/arithmetic/decimal.ts';
import { populationExamples } from '../../src/ladder/population.ts';
import type { AttentionKernel } from '../../src/model/attentionKernels.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { modelWith } from '../../src/model/model.ts';
import { modelGradient, modelObjective } from '../../src/model/modelGradient.ts';
import { layoutOfModel } from '../../src/model/modelLayout.ts';
import { presets, syntheticProblem } from '../../src/model/presets.ts';
import { runExperiment } from '../../src/trainers/experiment.ts';
import { fastTrainer } from '../../src/trainers/fast.ts';
import { float64Trainer } from '../../src/trainers/float64.ts';

/** phi(z) = (1 + z/4)_+, whose slope is 1/4, or what a control makes of it. */
const tempered = (slope: number): AttentionKernel => ({
  id: 'tempered',
  formula: '(1 + z/4)_+',
  shifts: false,
  phi: (A, z) => A.positivePart(A.add(A.of(1), A.div(z, A.of(4)))),
  slope: (F) => F.of(slope),
});
const problem = syntheticProblem(presets['syn-small']);

/** The largest difference of attention after training, by closed form in float64 and by automatic differentiation. */
async function apart(slope: number): Promise<number> {
  const experiment = {
    ...{ problem, model: modelWith({ attention: tempered(slope) }) },
    ...{ etaY: 1, etaZ: 1, momentum: 0, batch: 16, length: 64, steps: 30 },
    ...({ init: 'zero', seeds: 1, firstSeed: 1 } as const),
  };
  const [double, single] = [
    await runExperiment(float64Trainer, experiment),
    await runExperiment(await fastTrainer('cpu'), experiment),
  ];
  return Math.max(
    ...double.runs[0].attention.flatMap((row, n) =>
      row.map((x, l) => Math.abs(x - single.runs[0].attention[n][l])),
    ),
  );
}

it('is trained by a closed form and by automatic differentiation alike; a slope 1 % too large shows', async () => {
  // float32 has a unit of 6e-8; 30 steps with some hundred roundings each stay below 30 * 100 * 6e-8 = 2e-4 of attention below 1/10.
  expect(await apart(1 / 4)).toBeLessThan(2e-5);
  expect(await apart(1.01 / 4)).toBeGreaterThan(2e-5);
});

it('has the gradient of central differences', () => {
  const F = decimal(40);
  const layout = layoutOfModel(reducedLayout(problem), modelWith({ attention: tempered(1 / 4) }));
  const entry = (i: number, j: number) => F.of(((7 * i + 3 * j) % 11) / 16 - 0.3);
  const Y = layout.tokens.map((_, i) => layout.columns.map((_, j) => entry(i, j)));
  const Z = layout.queries.map((_, i) => layout.tokens.map((_, j) => entry(i + 2, j)));
  const [example] = populationExamples(F, problem);
  const { Z: slope } = modelGradient(F, layout, { Y, Z }, [{ ...example, weight: F.of(1) }]);
  const { support, row } = layout.classes[0];
  for (const l of support.slice(0, 4)) {
    const at = (h: number) =>
      modelObjective(
        F,
        layout,
        { Y, Z: Z.map((r, m) => r.map((z, k) => (m === row && k === l ? F.add(z, F.of(h)) : z))) },
        example,
      );
    const h = 2 ** -30;
    const central = F.toNumber(F.div(F.sub(at(h), at(-h)), F.of(2 * h)));
    // The third derivative times h^2/6 = 1e-19 is left out.
    expect(Math.abs(central - F.toNumber(slope[row][l]))).toBeLessThan(1e-15);
  }
});
