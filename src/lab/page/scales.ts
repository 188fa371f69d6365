/** Scales of the curves: from numbers to pixels. */

export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** `log` counts from 1 + x, so that step 0 has a place. */
  readonly shifted: boolean;
  readonly ticks: readonly number[];
}

const position = ({ log, shifted }: Pick<Scale, 'log' | 'shifted'>, x: number): number =>
  log ? Math.log10(shifted ? 1 + x : x) : x;

/** 0 at the scale's low end, 1 at its high end. */
export function fractionOn(scale: Scale, x: number): number {
  const [a, b] = [position(scale, scale.low), position(scale, scale.high)];
  return b > a ? (position(scale, x) - a) / (b - a) : 0;
}

/** The least of 1, 2, 5, 10, .. times a power of ten that is at least x. */
export function niceAbove(x: number): number {
  if (!(x > 0) || !Number.isFinite(x)) return 1;
  const power = 10 ** Math.floor(Math.log10(x));
  // The small term keeps 0.3 / 0.1 from being above 3.
  return [1, 2, 5, 10].map((m) => m * power).find((one) => one >= x * (1 - 1e-9)) ?? 10 * power;
}

/** About `count` ticks at 1, 2 or 5 times a power of ten, rounded to what they print as. */
function linearTicks(low: number, high: number, count: number): number[] {
  const by = niceAbove((high - low) / count);
  const first = Math.ceil(low / by - 1e-9);
  const last = Math.floor(high / by + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    Number(((first + i) * by).toPrecision(12)),
  );
}

function logTicks(low: number, high: number, count: number): number[] {
  const [a, b] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const every = Math.max(1, Math.ceil((b - a) / count));
  const ticks: number[] = [];
  for (let k = a; k <= b; k += every) ticks.push(10 ** k);
  return ticks;
}

/** Steps from 0; the high end is a round number at or above `last`, so that the axis seldom moves. */
export function stepScale(last: number, log: boolean): Scale {
  const high = Math.max(10, log ? 2 ** Math.ceil(Math.log2(last + 1)) : niceAbove(last));
  const ticks = log ? [0, ...logTicks(1, high, 5)] : linearTicks(0, high, 5);
  return { low: 0, high, log, shifted: true, ticks };
}

/** From 0 (or `low`) to a round number. */
export function linearScale(low: number, high: number, count = 4): Scale {
  const top = high > low ? high : low + 1;
  const by = niceAbove((top - low) / count);
  const [a, b] = [Math.floor(low / by + 1e-9) * by, Math.ceil(top / by - 1e-9) * by];
  return { low: a, high: b, log: false, shifted: false, ticks: linearTicks(a, b, count) };
}

/** Whole powers of ten around both; linear where they are close together. */
export function powerScale(low: number, high: number): Scale {
  if (!(low > 0) || high < 20 * low) return linearScale(Math.min(low, 1), high);
  const [a, b] = [10 ** Math.floor(Math.log10(low) + 1e-9), 10 ** Math.ceil(Math.log10(high) - 1e-9)];
  return { low: a, high: b, log: true, shifted: false, ticks: logTicks(a, b, 4) };
}

// One formatter for all: toLocaleString makes one at every call, which took a seventh of a core.
const PLAIN = new Intl.NumberFormat('en-US', { maximumFractionDigits: 4 });

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const superscript = (n: number): string =>
  `${n < 0 ? '⁻' : ''}${[...String(Math.abs(n))].map((c) => SUPERSCRIPTS[Number(c)]).join('')}`;

/** A tick as text: 0.2, 1,000, 10⁶. */
export function tickText(x: number): string {
  const size = Math.abs(x);
  if (size >= 1e5 || (size > 0 && size < 1e-3)) {
    const power = Math.floor(Math.log10(size) + 1e-9);
    const factor = Number((x / 10 ** power).toPrecision(3));
    return factor === 1 ? `10${superscript(power)}` : `${factor}·10${superscript(power)}`;
  }
  return PLAIN.format(x);
}

/** A number in few digits, for reading. */
export const numberText = (x: number | null, digits = 3): string =>
  x === null || !Number.isFinite(x)
    ? x === null
      ? '–'
      : String(x)
    : Math.abs(x) >= 1e5 || (x !== 0 && Math.abs(x) < 1e-3)
      ? x.toExponential(digits - 1)
      : String(Number(x.toPrecision(digits)));

/** A count of steps: 1,024. */
export const stepText = (step: number): string => PLAIN.format(step);
