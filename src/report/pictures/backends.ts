/** How the pictures of a bench distinguish backends: by colour, by shape or dash, and always by name. */
import { type Colour, colour } from './palette.ts';

interface Look {
  readonly family: string;
  readonly colour: Colour;
  readonly symbol: 'circle' | 'square' | 'triangle' | 'diamond' | 'star' | 'wye';
  readonly dash: string;
}

const looks: readonly Look[] = [
  { family: 'decimal', colour: 'blue', symbol: 'circle', dash: '' },
  { family: 'interval', colour: 'orange', symbol: 'square', dash: '6 3' },
  { family: 'mpfr', colour: 'green', symbol: 'triangle', dash: '2 3' },
  { family: 'float64', colour: 'purple', symbol: 'star', dash: '' },
  { family: 'tfjs', colour: 'ochre', symbol: 'diamond', dash: '8 3 2 3' },
];
const other: Look = { family: 'other', colour: 'grey', symbol: 'wye', dash: '1 3' };

const lookOf = (backend: string): Look => looks.find(({ family }) => backend.startsWith(family)) ?? other;

export const lookColour = (backend: string): string => colour(lookOf(backend).colour);
export const symbolOf = (backend: string): Look['symbol'] => lookOf(backend).symbol;
export const dashOf = (backend: string): string => lookOf(backend).dash;

const UNITS: readonly [number, string][] = [
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'µs'],
  [1e-9, 'ns'],
];

/** `2 µs`, `50 ms`, `1.5 s`; two significant digits. */
export function secondsText(seconds: number): string {
  const [size, unit] = UNITS.find(([size]) => seconds >= size * (1 - 1e-9)) ?? UNITS[UNITS.length - 1];
  return `${Number((seconds / size).toPrecision(2))} ${unit}`;
}

/** The powers of ten from at most the least to at least the greatest of some positive numbers. */
export function decadeRange(values: readonly number[]): [number, number] {
  const exponents = values.map(Math.log10);
  const low = Math.floor(Math.min(...exponents));
  const high = Math.max(Math.ceil(Math.max(...exponents)), low + 1);
  return [10 ** low, 10 ** high];
}

/** 1, 2, 5, 10, .. or powers of ten, or every second, third, .. of them: as many as fit, at most `most`. */
export function logTicks([low, high]: readonly [number, number], most: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const within = (tick: number) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9);
  const powers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const fine = powers.flatMap((k) => [1, 2, 5].map((x) => x * 10 ** k)).filter(within);
  if (fine.length <= most) return fine;
  for (let every = 1; ; every++) {
    const ticks = powers
      .filter((k) => k % every === 0)
      .map((k) => 10 ** k)
      .filter(within);
    if (ticks.length <= most) return ticks;
  }
}
