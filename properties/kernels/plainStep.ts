/** One step in float64, token by token, with all stages, for smoke tests. */
import type { StepInput } from '../../src/model/stepInput.ts';

const sum = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0);

function softmax(scores: readonly number[]): number[] {
  const top = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - top));
  return powers.map((power) => power / sum(powers));
}

export function plainStep(input: StepInput) {
  const { vocabulary: M, contextLength, momentum } = input;
  const B = input.queries.length;
  const tokens = Array.from({ length: M }, (_, l) => l);
  const gradientY = new Array<number>(M * M).fill(0);
  const gradientZ = new Array<number>(M * M).fill(0);
  const stages: Record<'attention' | 'features' | 'logits' | 'probabilities', number[]> = {
    attention: [],
    features: [],
    logits: [],
    probabilities: [],
  };
  let loss = 0;
  for (let i = 0; i < B; i++) {
    const context = [...input.contexts.subarray(i * contextLength, (i + 1) * contextLength)];
    const b = softmax(context.map((token) => input.Z[input.queries[i] * M + token]));
    const v = tokens.map((l) => sum(b.filter((_, t) => context[t] === l)));
    const f = v.map((x) => x / Math.hypot(...v));
    const o = tokens.map((k) => sum(tokens.map((l) => f[l] * input.Y[l * M + k])));
    const alpha = softmax(o);
    const n = input.targets[i];
    loss -= Math.log(alpha[n]) / B;
    const residual = alpha.map((a, k) => (k === n ? sum(alpha.filter((_, j) => j !== n)) : -a));
    const g = tokens.map((l) => sum(tokens.map((k) => input.Y[l * M + k] * residual[k])));
    const along = sum(tokens.map((l) => f[l] * g[l]));
    for (const l of tokens) {
      for (const k of tokens) gradientY[l * M + k] += (f[l] * residual[k]) / B;
      gradientZ[input.queries[i] * M + l] += (f[l] * (g[l] - f[l] * along)) / B;
    }
    stages.attention.push(...b);
    stages.features.push(...f);
    stages.logits.push(...o);
    stages.probabilities.push(...alpha);
  }
  const velocityY = gradientY.map((d, i) => momentum * input.velocityY[i] + d);
  const velocityZ = gradientZ.map((d, i) => momentum * input.velocityZ[i] + d);
  return {
    Y: velocityY.map((v, i) => input.Y[i] + input.etaY * v),
    Z: velocityZ.map((v, i) => input.Z[i] + input.etaZ * v),
    velocityY,
    velocityZ,
    loss,
    stages: { ...stages, gradientY, gradientZ },
  };
}
