/** Numbers and lines of text as the reports print them. */
import type { Counterexample, Result, Row } from '../verify/result.ts';
import { byRung } from './rungOrder.ts';
import { EXPECTED, NOTHING, UNEXPECTED, VERDICTS } from './symbols.ts';

/** Headline claims first, otherwise in the order given. */
export const headlinesFirst = <R extends { readonly headline: boolean }>(rows: readonly R[]): R[] => [
  ...rows.filter((row) => row.headline),
  ...rows.filter((row) => !row.headline),
];

/** Rows of each claim, in the order of rungs; claims in that of `headlinesFirst`. */
export function byClaim(rows: readonly Row[]): Row[][] {
  const claims = new Map<string, Row[]>();
  for (const row of headlinesFirst(rows)) claims.set(row.claim, [...(claims.get(row.claim) ?? []), row]);
  return [...claims.values()].map(byRung);
}

/** A row is as expected when its verdict is, and its controls come out as they must (`controlled`). */
export const verdictExpected = (row: Row): boolean => row.verdict === row.expected;

/** The symbol, and where the verdict is not the expected one, which is. */
export const expectedText = (row: Row): string =>
  verdictExpected(row) ? EXPECTED.symbol : `${UNEXPECTED.symbol} ${VERDICTS[row.expected].word}`;

/** An interruption left the row without a verdict, or without what shows that its verdict means something. */
export const cutShort = ({ complete, verdict, control, restored }: Row): boolean =>
  (!complete && verdict === 'undecided') || control === 'not run' || restored === 'not run';

/** Of a row that ran to its end and has judged no world, nor has a kept counterexample: why; undefined of others. */
export const noWorldText = ({ complete, worlds, verdict }: Row): string | undefined =>
  complete && worlds === 0 && verdict !== 'violated'
    ? 'no world was checked: the hypotheses (or `along`) left none'
    : undefined;

/** The outcome of the controls: with a hypothesis dropped the check fails, and (`both`) with the missing one restored it holds. */
export function controlWords(row: Row): string {
  const { control, restored } = row;
  if (control.startsWith('passes')) return `${UNEXPECTED.symbol} passes`;
  if (restored?.startsWith('fails')) return `${UNEXPECTED.symbol} restored`;
  if (control === 'not run' || restored === 'not run') return 'not run';
  return `${EXPECTED.symbol} ${restored === null ? 'fails' : 'both'}`;
}

/** `discriminative on flow`, and whether it is the world that lacks one hypothesis alone. */
export const caseTitle = ({ claim, rung, isolates }: Counterexample): string =>
  `${claim} on ${rung}${isolates === null ? '' : ', hypothesis missing'}`;

/** Two significant digits: `3.4e-12`, `0.0034`, `12`. */
export function short(x: number): string {
  if (x === 0 || !Number.isFinite(x)) return String(x);
  const size = Math.abs(x);
  return size < 1e-3 || size >= 1e5 ? x.toExponential(1) : String(Number(x.toPrecision(2)));
}

/** The width of certified equalities as a power of ten, rounded up: `1e-21`; `0` where they are exact, `–` for none. */
export const widthText = ({ width }: Pick<Row, 'width'>): string =>
  width === null || width === undefined ? NOTHING : width === 0 ? '0' : `1e${Math.ceil(Math.log10(width))}`;

/** Percent with as many decimals as the width of the limits deserves, rounded away from their middle. */
function percent(x: number, width: number, round: (x: number) => number): string {
  const decimals = width >= 0.1 ? 0 : width >= 0.01 ? 1 : 2;
  // The small term keeps a double just beside a whole number from being rounded past it.
  const slack = round === Math.ceil ? -1e-9 : 1e-9;
  return (round(100 * x * 10 ** decimals + slack) / 10 ** decimals).toFixed(decimals);
}

/** Limits of a fraction: `<= 2.7 %` when none was seen, `>= 94 %` when all were, else both ends; rounded outward. */
export function limits({ low, high }: { low: number; high: number }): string {
  const width = high - low;
  if (low <= 0 && high >= 1) return '0–100 %';
  if (low <= 0) return `≤ ${percent(high, width, Math.ceil)} %`;
  if (high >= 1) return `≥ ${percent(low, width, Math.floor)} %`;
  return `${percent(low, width, Math.floor)}–${percent(high, width, Math.ceil)} %`;
}

/** How a row is decided, with how many worlds enclosures decided where these are not all: `certified (14)`. */
export const decidedText = ({
  decided,
  certified,
  worlds,
}: Pick<Row, 'decided' | 'certified' | 'worlds'>): string =>
  decided === 'certified' && certified < worlds ? `certified (${grouped(certified)})` : decided;

/** Whether exact limits of a fraction belong to the row: where some worlds violate, or enclosures did not decide all of them. */
export const sampled = ({
  certified,
  worlds,
  verdict,
}: Pick<Row, 'certified' | 'worlds' | 'verdict'>): boolean => certified < worlds || verdict === 'violated';

/** Exact limits where they belong to the row. */
export const rowLimits = (row: Row): string => (sampled(row) ? limits(row.limits) : NOTHING);

/** Whether a counterexample of the row, kept or found, is certified: beyond doubt, however its random worlds are decided. */
export const certifiedFalse = (
  { claim, rung }: Pick<Row, 'claim' | 'rung'>,
  { counterexamples }: Pick<Result, 'counterexamples'>,
): boolean =>
  counterexamples.some(
    (c) => c.claim === claim && c.rung === rung && c.certified && c.outcome === 'violated',
  );

/** `0.4 s`, `12 s`, `3 min 20 s`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 100 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** `12,345`. By hand for integers: Intl takes 20 ms for its first number, a tenth of a short command. */
export const grouped = (n: number): string =>
  Number.isSafeInteger(n) ? String(n).replace(/\B(?=(\d{3})+$)/g, ',') : n.toLocaleString('en-US');

/** `1 row`, `2 rows`. */
export const count = (n: number, what: string): string => `${grouped(n)} ${n === 1 ? what : `${what}s`}`;

/** Greedy line breaking; a word longer than the width keeps its own line. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line !== indent && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  return line === indent ? lines : [...lines, line];
}

/** Whether a counterexample was expected and whether it is beyond doubt, in words. */
export const standing = (c: Counterexample): string =>
  `${c.expected ? 'expected: the statement is false here' : c.hypotheses ? 'the hypotheses of the statement are not checked' : 'NOT expected'}; ${
    c.certified ? 'certified' : 'measured in floating point'
  }`;

/** Where a command to copy is wider than a line: why it is not broken, and what of it may go. */
export const wideCommands = (lines: readonly string[], width: number): string[] =>
  lines.some((line) => line.length > width)
    ? wrap(
        'A replay command is one line, to be copied whole. Shorter: leave out a --seed that is the default; name a file from the folder that you are in.',
        width,
      )
    : [];
