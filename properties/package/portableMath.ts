/**
 * Functions with equal bits in every engine. Math.exp and its like are each engine's own (docs/versions.md), so a page
 * and Node can be compared to the last bit only where both compute with these.
 */

/** Gives Math the exp, log, log1p and hypot that are made of + - * / and sqrt alone, to about 1e-15; returns what puts the engine's own back. Uses nothing from outside itself. */
export function portableMath(): () => void {
  const own = { exp: Math.exp, log: Math.log, log1p: Math.log1p, hypot: Math.hypot };
  // ln 2 in two parts: k times the first is exact for |k| < 2^20.
  const [high, low] = [0.6931471803691238, 1.9082149292705877e-10];
  const scaled = (x: number, k: number) => {
    let y = x;
    for (let i = 0; i < k; i++) y *= 2;
    for (let i = 0; i > k; i--) y /= 2;
    return y;
  };
  const exp = (x: number): number => {
    if (Number.isNaN(x)) return x;
    if (x > 710) return Number.POSITIVE_INFINITY;
    if (x < -746) return 0;
    const k = Math.round(x / (high + low));
    const r = x - k * high - k * low;
    let sum = 1;
    for (let n = 15; n >= 1; n--) sum = 1 + (sum * r) / n;
    return scaled(sum, k);
  };
  const log = (x: number): number => {
    if (!(x > 0 && x < Number.POSITIVE_INFINITY)) return own.log(x);
    let [m, k] = [x, 0];
    for (; m > 1.5; k++) m /= 2;
    for (; m < 0.75; k--) m *= 2;
    const s = (m - 1) / (m + 1);
    let sum = 0;
    for (let n = 25; n >= 1; n -= 2) sum = sum * s * s + 1 / n;
    return k * high + (k * low + 2 * s * sum);
  };
  const log1p = (x: number): number => {
    const u = 1 + x;
    return u === 1 ? x : (log(u) * x) / (u - 1);
  };
  const hypot = (...xs: number[]): number => Math.sqrt(xs.reduce((sum, x) => sum + x * x, 0));
  Object.assign(Math, { exp, log, log1p, hypot });
  return () => Object.assign(Math, own);
}

/** What `compute` gives with those functions, in this process. */
export async function withPortableMath<T>(compute: () => Promise<T>): Promise<T> {
  const restore = portableMath();
  try {
    return await compute();
  } finally {
    restore();
  }
}

/** A script that gives a page those functions, and each worker that it makes from a text. */
export const PORTABLE_PAGE = `(() => {
  const script = ${JSON.stringify(`(${portableMath})();`)};
  (0, eval)(script);
  const Plain = Blob;
  globalThis.Blob = class extends Plain {
    constructor(parts, options) {
      super(options?.type === 'text/javascript' ? [script, ...parts] : parts, options);
    }
  };
})()`;

/**
 * The largest relative difference that two engines' own functions may make in the runs that are compared. Empirical: functions that are
 * 2^-52 apart make 2^-48 at most there (properties/lab/page.test.ts tells it); one of single precision would make 2^-24.
 */
export const ENGINES_APART = 2 ** -40;

/** The largest relative difference between numbers at the same places. */
export const apart = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((x, i) => (x === b[i] ? 0 : Math.abs(x - b[i]) / Math.max(Math.abs(x), Math.abs(b[i])))));
