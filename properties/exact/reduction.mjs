/**
 * Time of rational arithmetic by how fractions are reduced, on margins of the exact route. From the repository's root:
 *
 *     npx tsx properties/exact/reduction.mjs
 *
 * Prints milliseconds of processor time for one evaluation of all margins at a point. `crosswise` is what rational.ts does.
 */
import { fate } from '../../src/claims/fate.ts';
import { xiPositive } from '../../src/claims/xi-positive.ts';
import { solvedModelGradient } from './identities.ts';
import { FOUR_CLASSES, TWO_CLASSES } from './patterns.ts';
import { pointOf } from './prove.ts';
import { gcd, rational } from './rational.ts';

const length = (x) => x.toString(16).length * 4;

/** Lehmer's algorithm: quotients from the leading 50 bits while these decide them (Knuth 4.5.2 L). */
function lehmer(a, b) {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  if (x < y) [x, y] = [y, x];
  while (y >= 2n ** 52n) {
    const shift = BigInt(length(x) - 50);
    let [u, v] = [Number(x >> shift), Number(y >> shift)];
    let [A, B, C, D] = [1, 0, 0, 1];
    while (v + C !== 0 && v + D !== 0) {
      const q = Math.floor((u + A) / (v + C));
      if (q !== Math.floor((u + B) / (v + D))) break;
      [A, C] = [C, A - q * C];
      [B, D] = [D, B - q * D];
      [u, v] = [v, u - q * v];
    }
    if (B === 0) [x, y] = [y, x % y];
    else [x, y] = [BigInt(A) * x + BigInt(B) * y, BigInt(C) * x + BigInt(D) * y];
  }
  return gcd(x, y);
}

/** One gcd after every operation, once a denominator has `from` bits. */
function afterwards(from) {
  const reduced = (p, q) => {
    const common = length(q) < from && q > 0n ? 1n : q < 0n ? -gcd(p, q) : gcd(p, q);
    return { p: p / common, q: q / common };
  };
  const lowest = ({ p, q }) => ({ p: p / gcd(p, q), q: q / gcd(p, q) });
  return {
    ...rational,
    add: (a, b) => reduced(a.p * b.q + b.p * a.q, a.q * b.q),
    sub: (a, b) => reduced(a.p * b.q - b.p * a.q, a.q * b.q),
    mul: (a, b) => reduced(a.p * b.p, a.q * b.q),
    div: (a, b) => reduced(a.p * b.q, a.q * b.p),
    exp: (a) => rational.exp(lowest(a)),
    sqrt: (a) => rational.sqrt(lowest(a)),
  };
}

/** The reduction of rational.ts with another gcd. */
function crosswise(common) {
  const add = (a, b, sense) => {
    if (b.p === 0n) return a;
    const d = common(a.q, b.q);
    const [u, v] = [a.q / d, b.q / d];
    const t = a.p * v + sense * b.p * u;
    const e = common(t, d);
    return { p: t / e, q: u * (b.q / e) };
  };
  const mul = (a, b) => {
    const [c, d] = [common(a.p, b.q), common(b.p, a.q)];
    return { p: (a.p / c) * (b.p / d), q: (a.q / d) * (b.q / c) };
  };
  return {
    ...rational,
    add: (a, b) => add(a, b, 1n),
    sub: (a, b) => add(a, b, -1n),
    mul,
    div: (a, b) => mul(a, b.p < 0n ? { p: -b.q, q: -b.p } : { p: b.q, q: b.p }),
  };
}

const fields = {
  crosswise: rational,
  'crosswise, Lehmer': crosswise(lehmer),
  afterwards: afterwards(0),
  'from 2000 bits': afterwards(2000),
};
const works = {
  fate: fate.checks[0].margins,
  xi: xiPositive.checks[0].margins,
  model: solvedModelGradient(),
};
const spent = () => process.cpuUsage().user / 1000;

for (const pattern of [TWO_CLASSES[2], FOUR_CLASSES[2]])
  for (const [work, margins] of Object.entries(works)) {
    const world = pointOf(pattern, 0);
    const times = Object.entries(fields).map(([name, F]) => {
      const all = () => [...margins(F, world)];
      all();
      const begun = spent();
      let runs = 0;
      while (spent() - begun < 500) {
        all();
        runs += 1;
      }
      return `${name} ${((spent() - begun) / runs).toFixed(2)}`;
    });
    console.log(`${pattern.name}, ${work}: ${times.join(', ')}`);
  }
