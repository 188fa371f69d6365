import { decide, defaultPrecision } from '../decide/enclosure.ts';
import type { EnclosureLibrary } from '../decide/libraries.ts';
import type { Judgement, Margins } from '../decide/margin.ts';
import { rowSeed, visitWorlds } from '../decide/search.ts';
import type { Arbitrary } from '../generators/problems.ts';
import type { FindingKind } from './kinds.ts';

/**
 * `confirmed`: `printed` fails in some world and `corrected` holds in every world. `refuted`: `printed` holds in every world, or
 * `corrected` fails in some. `open`: not decided.
 */
export type FindingOutcome = 'confirmed' | 'refuted' | 'open';

/** One reading of the paper's line, checked in worlds. */
interface Side {
  /** The statement in words. */
  readonly says: string;
  judge(runs: number, seed: number, arithmetic?: EnclosureLibrary): Promise<ReadingCounts>;
}

/** The result of one reading: its worlds by outcome, and the margin to show. */
export interface ReadingCounts {
  readonly held: number;
  readonly violated: number;
  readonly undecided: number;
  readonly digits: number;
  /** Whether the margins assert the opposite of the reading. */
  readonly denied: boolean;
  /** The first failing margin, else the least one. */
  readonly shown: { readonly margin: NonNullable<Judgement['margin']>; readonly world: unknown } | null;
}

export interface Finding {
  readonly id: string;
  /** The paper's line: lemma, equation, appendix. */
  readonly place: string;
  readonly kind: FindingKind;
  /** The exact words of the paper, formulas in plain letters. */
  readonly words: string;
  /** Why it is of this kind, and the effect on later statements. */
  readonly why: string;
  /** The expected outcome; a run with another outcome fails. */
  readonly expected: FindingOutcome;
  /** The line as printed; for a line that can be better, that it is the best possible. It must fail. */
  readonly printed: Side;
  /** The statement that holds instead. */
  readonly corrected: Side;
  /** Numbers that show the size of the difference, in float64: measured, not certified. */
  readonly numbers?: () => string;
  /** The written argument for the part that no computation decides. */
  readonly argument?: string;
}

/** What a finding came to, and by which evidence. */
export interface Evidence {
  readonly outcome: FindingOutcome;
  readonly decided: 'certified' | 'certified and argued';
  /** In words, with numbers. */
  readonly evidence: string;
}

interface Reading<W> {
  says: string;
  margins: Margins<W>;
  /** Worlds that are checked first, in every run. */
  at?: readonly W[];
  worlds?: Arbitrary<W>;
  /** Random worlds in a run of the default size; `RUNS` by default. */
  runs?: number;
  /** The margins assert the opposite of `says`: where they hold, the statement is violated. */
  denied?: boolean;
}

/** Random worlds of a reading in a run with 100 worlds per row. */
const RUNS = 20;

const turned: Record<Judgement['outcome'], Judgement['outcome']> = {
  held: 'violated',
  violated: 'held',
  undecided: 'undecided',
};

/** A reading decided by enclosures. */
export const reading = <W>({
  says,
  margins,
  at = [],
  worlds,
  runs: own = RUNS,
  denied = false,
}: Reading<W>): Side => ({
  says,
  async judge(runs, seed, arithmetic) {
    const counts = { held: 0, violated: 0, undecided: 0 };
    let digits = 0;
    let shown: ReadingCounts['shown'] = null;
    let failed = false;
    const visit = (world: W) => {
      const {
        outcome: raw,
        margin,
        digits: used,
      } = decide(margins, world, { ...defaultPrecision, arithmetic });
      const outcome = denied ? turned[raw] : raw;
      counts[outcome]++;
      digits = Math.max(digits, used ?? 0);
      const fails = outcome === 'violated';
      if (margin && !failed && (fails || !shown || margin.value < shown.margin.value))
        shown = { margin, world };
      failed ||= fails;
      return true;
    };
    for (const world of at) visit(world);
    if (worlds) await visitWorlds(worlds, { runs: Math.max(1, Math.round((own * runs) / 100)), seed }, visit);
    return { ...counts, digits, denied, shown };
  },
});

/** The outcome of a finding from the results of its two readings. */
export function outcomeOf(printed: ReadingCounts, corrected: ReadingCounts): FindingOutcome {
  if (corrected.violated > 0) return 'refuted';
  if (printed.violated === 0 && printed.undecided === 0 && printed.held > 0) return 'refuted';
  return printed.violated > 0 && corrected.held > 0 && corrected.undecided === 0 ? 'confirmed' : 'open';
}

const number = (x: number) =>
  Math.abs(x) >= 1e6 || (x !== 0 && Math.abs(x) < 1e-3)
    ? x.toExponential(1)
    : String(Number(x.toPrecision(3)));

/** A world of plain numbers as text; empty for other worlds. */
function inShort(world: unknown): string {
  if (typeof world !== 'object' || world === null) return '';
  const entries = Object.entries(world);
  if (!entries.every(([, x]) => typeof x === 'number')) return '';
  return ` at ${entries.map(([name, x]) => `${name} = ${number(x)}`).join(', ')}`;
}

/** The sentence of the evidence on one reading. */
function sentence(name: string, { held, violated, undecided, shown, digits, denied }: ReadingCounts): string {
  const all = held + violated + undecided;
  const [count, verb] = violated > 0 ? [violated, 'fails'] : [held, 'holds'];
  const open = undecided > 0 ? `, undecided in ${undecided}` : '';
  const margin = shown
    ? `; ${shown.margin.name}${inShort(shown.world)}: margin ${number(shown.margin.value)} of its scale`
    : '';
  const how = denied && violated > 0 ? ', where its opposite holds' : '';
  return `${name} ${verb} in ${count} of ${all} worlds${how}${open} (${digits} digits${margin}).`;
}

/** The beginnings of the two sentences of the evidence. */
const SIDES: Record<FindingKind, readonly [string, string]> = {
  'false as printed': ['As printed it', 'As corrected it'],
  misprint: ['As printed it', 'As corrected it'],
  gap: ['The step', 'What takes its place'],
  'constant or hypothesis that can be better': ['Read as the best possible it', 'The better one'],
};

/**
 * Judges a finding from both readings of its line.
 * @param runs the run's size, 100 for a default run
 */
export async function judgeFinding(
  finding: Finding,
  runs: number,
  seed: number,
  arithmetic?: EnclosureLibrary,
): Promise<Evidence> {
  const { id, numbers, argument } = finding;
  const printed = await finding.printed.judge(runs, rowSeed(seed, 'finding', id, 'printed'), arithmetic);
  const corrected = await finding.corrected.judge(
    runs,
    rowSeed(seed, 'finding', id, 'corrected'),
    arithmetic,
  );
  const measured = numbers?.();
  return {
    outcome: outcomeOf(printed, corrected),
    decided: argument ? 'certified and argued' : 'certified',
    evidence: [
      sentence(SIDES[finding.kind][0], printed),
      sentence(SIDES[finding.kind][1], corrected),
      measured && `Measured: ${measured}.`,
      argument && `Argument: ${argument}`,
    ]
      .filter(Boolean)
      .join(' '),
  };
}
