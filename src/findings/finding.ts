import { decide, defaultPrecision } from '../decide/enclosure.ts';
import type { EnclosureLibrary } from '../decide/enclosureLibrary.ts';
import type { Judgement, Margins } from '../decide/margin.ts';
import { rowSeed, visitWorlds } from '../decide/search.ts';
import type { Arbitrary } from '../generators/problems.ts';
import type { FindingKind } from './kinds.ts';

/**
 * `confirmed`: `printed` fails somewhere, `corrected` holds in every world. `refuted`: the paper is right where it was suspected,
 * or what should hold does not. `open`: neither was decided.
 */
export type FindingOutcome = 'confirmed' | 'refuted' | 'open';

/** One reading of the paper's line, put to worlds. */
export interface Side {
  /** The statement in words. */
  readonly says: string;
  ask(runs: number, seed: number, arithmetic?: EnclosureLibrary): Promise<ReadingCounts>;
}

/** What became of one reading: its worlds by outcome, and the margin to show. */
export interface ReadingCounts {
  readonly held: number;
  readonly violated: number;
  readonly undecided: number;
  readonly digits: number;
  /** Whether the opposite was asked, and turned round. */
  readonly denied: boolean;
  /** The first failing margin, else the least one. */
  readonly shown: { readonly margin: NonNullable<Judgement['margin']>; readonly world: unknown } | null;
}

export interface Finding {
  readonly id: string;
  /** The paper's line: lemma, equation, appendix. */
  readonly place: string;
  readonly kind: FindingKind;
  /** The exact words at issue, formulas in plain letters. */
  readonly words: string;
  /** Why it is of this kind, and what becomes of what follows from it. */
  readonly why: string;
  /** What it came to when it was last understood; a run in which it comes to anything else fails. */
  readonly expected: FindingOutcome;
  /** The words as printed; of a line that can be better, what would be the case if it could not. It must fail. */
  readonly printed: Side;
  /** What holds instead. */
  readonly corrected: Side;
  /** Numbers that show the size of the matter, in float64: measured, not certified. */
  readonly numbers?: () => string;
  /** The written argument for what no computation decides. */
  readonly argument?: string;
}

export interface Evidence {
  readonly outcome: FindingOutcome;
  readonly decided: 'certified' | 'certified and argued';
  /** In words, with numbers. */
  readonly evidence: string;
}

interface Reading<W> {
  says: string;
  margins: Margins<W>;
  /** Worlds asked every time, first. */
  at?: readonly W[];
  worlds?: Arbitrary<W>;
  /** Random worlds in a run of the default size. */
  runs?: number;
  /** The margins assert the opposite of `says`: where they hold, the statement is violated. */
  denied?: boolean;
}

/** A run of the default size asks a reading in this many random worlds for each 100 of a row. */
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
  async ask(runs, seed, arithmetic) {
    const counts = { held: 0, violated: 0, undecided: 0 };
    let digits = 0;
    let shown: ReadingCounts['shown'] = null;
    let failed = false;
    const judge = (world: W) => {
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
    for (const world of at) judge(world);
    if (worlds) await visitWorlds(worlds, { runs: Math.max(1, Math.round((own * runs) / 100)), seed }, judge);
    return { ...counts, digits, denied, shown };
  },
});

/** The outcome that two answers come to. */
export function outcomeOf(printed: ReadingCounts, corrected: ReadingCounts): FindingOutcome {
  if (corrected.violated > 0) return 'refuted';
  if (printed.violated === 0 && printed.undecided === 0 && printed.held > 0) return 'refuted';
  return printed.violated > 0 && corrected.held > 0 && corrected.undecided === 0 ? 'confirmed' : 'open';
}

const number = (x: number) =>
  Math.abs(x) >= 1e6 || (x !== 0 && Math.abs(x) < 1e-3)
    ? x.toExponential(1)
    : String(Number(x.toPrecision(3)));

/** A world in a few words, where a few do. */
function inShort(world: unknown): string {
  if (typeof world !== 'object' || world === null) return '';
  const entries = Object.entries(world);
  if (!entries.every(([, x]) => typeof x === 'number')) return '';
  return ` at ${entries.map(([name, x]) => `${name} = ${number(x)}`).join(', ')}`;
}

function told(name: string, { held, violated, undecided, shown, digits, denied }: ReadingCounts): string {
  const all = held + violated + undecided;
  const [count, verb] = violated > 0 ? [violated, 'fails'] : [held, 'holds'];
  const open = undecided > 0 ? `, undecided in ${undecided}` : '';
  const margin = shown
    ? `; ${shown.margin.name}${inShort(shown.world)}: margin ${number(shown.margin.value)} of its scale`
    : '';
  const how = denied && violated > 0 ? ', where its opposite holds' : '';
  return `${name} ${verb} in ${count} of ${all} worlds${how}${open} (${digits} digits${margin}).`;
}

/** How the evidence begins its two sentences. */
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
  const printed = await finding.printed.ask(runs, rowSeed(seed, 'finding', id, 'printed'), arithmetic);
  const corrected = await finding.corrected.ask(runs, rowSeed(seed, 'finding', id, 'corrected'), arithmetic);
  const measured = numbers?.();
  return {
    outcome: outcomeOf(printed, corrected),
    decided: argument ? 'certified and argued' : 'certified',
    evidence: [
      told(SIDES[finding.kind][0], printed),
      told(SIDES[finding.kind][1], corrected),
      measured && `Measured: ${measured}.`,
      argument && `Argument: ${argument}`,
    ]
      .filter(Boolean)
      .join(' '),
  };
}
