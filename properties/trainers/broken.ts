/** A closed-form trainer in doubles with one fault at a time: the bounds must find every fault, and no fault in `none`. */
import type { Layout } from '../../src/model/layout.ts';
import type { Rates } from '../../src/model/training.ts';
import type { Parameters } from '../../src/model/transformer.ts';
import type { Session, Trainer, TrainingExample } from '../../src/trainers/trainer.ts';

export const faults = [
  'none',
  'no projection',
  'epsilon 1e-3 in the norm',
  'no norm',
  'l1 norm',
  'subtracted 1 - alpha',
  'no residual at the target',
  'multiplicity ignored',
  'counts ignored',
  'mean over twice the batch',
  'momentum on the parameter',
  'velocity of untouched rows kept',
  'sign of dZ',
] as const;
export type Fault = (typeof faults)[number];

export const brokenTrainer = (fault: Fault): Trainer => ({
  name: `broken: ${fault}`,
  unit: 2 ** -53,
  start: async (layout, parameters, rates) => session(layout, parameters, rates, fault),
});

const sum = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0);

function session(layout: Layout, start: Parameters<number>, rates: Rates, fault: Fault): Session {
  const copy = (m: number[][]) => m.map((row) => [...row]);
  const zero = (m: number[][]) => m.map((row) => row.map(() => 0));
  const [Y, Z] = [copy(start.Y), copy(start.Z)];
  const [velocityY, velocityZ] = [zero(Y), zero(Z)];
  const multiplicity = layout.multiplicity.map((k) => (fault === 'multiplicity ignored' ? 1 : k));

  function features(z: number[], mass: number[]): number[] {
    const counts = fault === 'counts ignored' ? mass.map((c) => (c > 0 ? 1 : 0)) : mass;
    const shift = Math.max(...z.filter((_, i) => mass[i] > 0));
    const e = z.map((x, i) => (counts[i] > 0 ? counts[i] * Math.exp(x - shift) : 0));
    const v = e.map((x) => x / sum(e));
    const l2 = Math.sqrt(sum(v.map((x) => x * x)));
    const norm =
      fault === 'no norm' || fault === 'l1 norm' ? 1 : fault === 'epsilon 1e-3 in the norm' ? l2 + 1e-3 : l2;
    return v.map((x) => x / norm);
  }

  return {
    step(examples: readonly TrainingExample[]) {
      const [dY, dZ] = [zero(Y), zero(Z)];
      let loss = 0;
      for (const example of examples) {
        const { support, row, target } = layout.classes[example.cls];
        const weight = fault === 'mean over twice the batch' ? example.weight / 2 : example.weight;
        const f = features(
          support.map((l) => Z[row][l]),
          Array.from(example.mass),
        );
        const o = layout.columns.map((_, j) => sum(support.map((l, i) => f[i] * Y[l][j])));
        const shift = Math.max(...o);
        const e = o.map((x) => Math.exp(x - shift));
        const others = sum(e.map((x, j) => (j === target ? 0 : multiplicity[j] * x)));
        const total = others + e[target];
        const r = e.map((x) => -x / total);
        r[target] = fault === 'subtracted 1 - alpha' ? 1 - e[target] / total : others / total;
        if (fault === 'no residual at the target') r[target] = 1;
        loss += example.weight * (Math.log(total) - (o[target] - shift));
        const g = support.map((l) => sum(r.map((x, j) => Y[l][j] * multiplicity[j] * x)));
        const along = fault === 'no projection' ? 0 : sum(f.map((x, i) => x * g[i]));
        support.forEach((l, i) => {
          r.forEach((x, j) => {
            dY[l][j] += weight * f[i] * x;
          });
          const d = f[i] * (g[i] - f[i] * along);
          dZ[row][l] += weight * (fault === 'sign of dZ' ? -d : d);
        });
      }
      const move = (x: number[][], v: number[][], d: number[][], eta: number) => {
        for (const [i, row] of d.entries()) {
          if (fault === 'velocity of untouched rows kept' && row.every((y) => y === 0)) continue;
          for (const [j, y] of row.entries()) {
            const before = v[i][j];
            v[i][j] = rates.momentum * before + y;
            x[i][j] += fault === 'momentum on the parameter' ? eta * before : eta * v[i][j];
          }
        }
      };
      move(Y, velocityY, dY, rates.etaY);
      move(Z, velocityZ, dZ, rates.etaZ);
      return loss;
    },
    read: () => ({ Y: copy(Y), Z: copy(Z) }),
    readVelocity: () => ({ Y: copy(velocityY), Z: copy(velocityZ) }),
    dispose() {},
  };
}
