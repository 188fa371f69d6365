/** Writes certificates of what a run decided: a file of each row, and an index of what has none. */
import { setImmediate as breathe } from 'node:timers/promises';
import { interval } from '../arithmetic/decimal.ts';
import { type Certificate, type Certified, certificateOf } from '../decide/certificate.ts';
import { LEAST_CAP } from '../decide/digits.ts';
import { confirm, decide, type Precision } from '../decide/enclosure.ts';
import type { Judgement, Margins } from '../decide/margin.ts';
import { visitWorlds } from '../decide/search.ts';
import { type Written, writeFiles } from '../io/write.ts';
import { replayCommand } from './counterexample.ts';
import { seedOf } from './jobs.ts';
import type { ClaimRow } from './registry.ts';
import type { Counterexample, Result, Row } from './result.ts';

/** Random worlds of a row that have a certificate, the first ones: those of a whole run would take hundreds of megabytes. */
export const CERTIFIED_WORLDS = 10;

interface CertificateOptions {
  /** The rows of the run, in which those of the result are found. */
  readonly rows: readonly ClaimRow[];
  /** The most digits of an enclosure. */
  readonly precision: Precision;
  readonly signal?: AbortSignal;
  readonly onRow?: (done: number, total: number, row: string) => void;
}

/** A world without a certificate, and why. */
interface Without {
  readonly name: string;
  readonly why: string;
}

/** A row in the index. */
interface IndexRow {
  readonly claim: string;
  readonly rung: string;
  readonly statement: string;
  readonly decided: Row['decided'];
  /** Random worlds that the run judged. */
  readonly worlds: number;
  /** Null where it has no certificates. */
  readonly file: string | null;
  /** Each equality holds to this part of its scale; null without equalities. */
  readonly width: number | null;
  /** In the order of the lines of the file. */
  readonly certificates: readonly {
    readonly name: string;
    readonly outcome: 'held' | 'violated';
    readonly margins: number;
  }[];
  readonly without: readonly Without[];
  /** Why the other worlds of the row have no certificate; null where there are none. */
  readonly why: string | null;
}

export interface WrittenCertificates extends Written {
  readonly certificates: number;
  /** Rows with certificates. */
  readonly rows: number;
}

/** What a judgement certifies; undefined where it certifies nothing. */
function certifiedBy({ outcome, certified, margin, idle }: Judgement): Certified | undefined {
  if (!certified || idle || outcome === 'undecided') return undefined;
  return outcome === 'held' ? { outcome } : { outcome, name: margin!.name, time: margin!.time };
}

/** The certificates of a row, as they are made. */
class RowCertificates {
  readonly lines: string[] = [];
  readonly entries: IndexRow['certificates'][number][] = [];
  readonly without: Without[] = [];
  width: number | null = null;

  /** Of one world: `judge` decides it by its margins, in decimals. */
  add<W>(name: string, replay: string, given: W, margins: Margins<W>, judge: (world: W) => Judgement): void {
    // As a reader of the file has it.
    const text = JSON.stringify(given);
    const world = JSON.parse(text) as W;
    const judgement = judge(world);
    const certified = certifiedBy(judgement);
    const made = certified
      ? // Decimals of 40 digits are narrower than the double-doubles that decided.
        certificateOf(margins, world, interval(Math.max(judgement.digits!, LEAST_CAP)), certified)
      : { why: judgement.idle ? 'it has no margin: the statement says nothing of it' : 'it is undecided' };
    if ('why' in made) this.without.push({ name, why: made.why });
    else this.#keep(name, replay, text, made, judgement);
  }

  #keep(name: string, replay: string, text: string, made: Certificate, { outcome, digits }: Judgement): void {
    const about = JSON.stringify({ name, outcome, digits, replay }).slice(1, -1);
    this.lines.push(`{${about},"world":${text},${made.fields}}`);
    this.entries.push({ name, outcome: outcome as 'held' | 'violated', margins: made.margins });
    if (made.width !== null) this.width = Math.max(this.width ?? 0, made.width);
  }
}

/** Why random worlds of a row have no certificate, beyond those that are named; null where each has one. */
function whyNot({ check: { decided, enclosed } }: ClaimRow, { worlds, idle }: Row): string | null {
  if (decided === 'statistical') return 'exact statistics of runs in floating point';
  if (decided === 'proved') return 'proved for every world: see fixtures/proofs';
  if (decided === 'measured') return 'measured in floating point';
  if (enclosed) return 'enclosed along a whole trajectory: the program would be too long';
  return worlds + idle > CERTIFIED_WORLDS ? `the first ${CERTIFIED_WORLDS} worlds have certificates` : null;
}

/** Certificates of the first random worlds of a row, and of its counterexamples. */
async function ofRow(
  row: ClaimRow,
  told: Row,
  counterexamples: readonly Counterexample[],
  seed: number,
  precision: Precision,
): Promise<RowCertificates> {
  const made = new RowCertificates();
  const { check } = row;
  const { margins } = check;
  const ofState = check.decided === 'certified' && !check.enclosed;
  if (!margins) return made;
  const decideIt = (world: unknown) => decide(margins, world, precision);
  if (ofState) {
    let place = 0;
    const runs = Math.min(CERTIFIED_WORLDS, told.worlds + told.idle);
    await visitWorlds(check.worlds, { runs, seed: seedOf(row, seed) }, async (world) => {
      made.add(`world ${place}`, replayCommand(row, String(place), seed), world, margins, decideIt);
      place += 1;
      await breathe();
      return true;
    });
  }
  for (const { world, margin, certified, outcome, isolates, path } of counterexamples) {
    const name = isolates === null ? 'counterexample' : 'counterexample that lacks one hypothesis';
    if (!certified || outcome !== 'violated') made.without.push({ name, why: 'it is measured' });
    else
      made.add(
        name,
        replayCommand(row, path, seed),
        world,
        margins,
        ofState ? decideIt : (it) => confirm(margins, it, margin, precision),
      );
    await breathe();
  }
  return made;
}

/**
 * Writes into `folder`, for every row of a result, the certificates of its first worlds and of its counterexamples (a JSON text a line),
 * and `index.json`. The worlds are decided once more, in decimals.
 */
export async function writeCertificates(
  folder: string,
  result: Result,
  { rows, precision, signal, onRow }: CertificateOptions,
): Promise<WrittenCertificates> {
  const index: IndexRow[] = [];
  const [written, failed]: [string[], Written['failed'][number][]] = [[], []];
  const write = (file: string, text: string): void => {
    const done = writeFiles(folder, { [file]: text });
    written.push(...done.written);
    failed.push(...done.failed);
  };
  for (const told of result.rows) {
    if (signal?.aborted) break;
    const { claim, rung, statement, decided, worlds } = told;
    const row = rows.find((one) => one.claim.id === claim && one.check.rung === rung)!;
    const own = result.counterexamples.filter((one) => one.claim === claim && one.rung === rung);
    const { lines, entries, without, width } = await ofRow(row, told, own, result.seed, precision);
    const file = lines.length > 0 ? `${claim}.${rung}.jsonl` : null;
    if (file) write(file, `${lines.join('\n')}\n`);
    index.push({
      ...{ claim, rung, statement, decided, worlds, file, width },
      ...{ certificates: entries, without, why: whyNot(row, told) },
    });
    onRow?.(index.length, result.rows.length, `${claim} on ${rung}`);
  }
  const { seed, runs } = result;
  const whole = index.length === result.rows.length;
  write('index.json', `${JSON.stringify({ schema: 1, seed, runs, whole, rows: index }, null, 2)}\n`);
  const certificates = index.reduce((sum, row) => sum + row.certificates.length, 0);
  return { written, failed, certificates, rows: index.filter(({ file }) => file).length };
}
