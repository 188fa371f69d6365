/** Progress of a run, reported while its rows advance, several at a time. */

/** What a run reports; `work` and `own` never fall. */
export interface Progress {
  /** The row or finding that has just gone on. */
  readonly claim: string;
  /** Empty for a finding. */
  readonly rung: string;
  /** Its worlds that are judged, of all. */
  readonly done: number;
  readonly total: number;
  /** Rows and findings, those of an earlier run included. */
  readonly rowsDone: number;
  readonly rowsTotal: number;
  /** The findings among them. */
  readonly findingsDone: number;
  readonly findingsTotal: number;
  /** How many of them an earlier run had finished. */
  readonly kept: number;
  /** The part of the run that is done, rows counted alike, those under way by their worlds. */
  readonly work: number;
  /** The part of this run's own work that is done. */
  readonly own: number;
}

/** A row or finding, by its place in the run. */
interface Entry {
  readonly place: number;
  readonly claim: string;
  readonly rung: string;
}

export class ProgressTracker {
  readonly #parts: Float64Array;
  readonly #tell: ((progress: Progress) => void) | undefined;
  readonly #findings: number;
  #rowsDone = 0;
  #findingsDone = 0;
  #kept = 0;

  constructor(rows: number, findings: number, tell?: (progress: Progress) => void) {
    this.#parts = new Float64Array(rows + findings);
    this.#findings = findings;
    this.#tell = tell;
  }

  /** A row under way. */
  worlds(entry: Entry, done: number, total: number): void {
    this.#report(entry, done, total, done / total);
  }

  finished(entry: Entry, total: number, kept: boolean): void {
    this.#rowsDone += 1;
    if (entry.rung === '') this.#findingsDone += 1;
    if (kept) this.#kept += 1;
    this.#report(entry, total, total, 1);
  }

  #report({ place, claim, rung }: Entry, done: number, total: number, part: number): void {
    this.#parts[place] = part;
    // Always in the same order: so no rounding makes it fall.
    const sum = this.#parts.reduce((a, b) => a + b, 0);
    const [rowsTotal, kept] = [this.#parts.length, this.#kept];
    this.#tell?.({
      claim,
      rung,
      done,
      total,
      rowsDone: this.#rowsDone,
      rowsTotal,
      findingsDone: this.#findingsDone,
      findingsTotal: this.#findings,
      kept,
      work: sum / rowsTotal,
      own: rowsTotal > kept ? (sum - kept) / (rowsTotal - kept) : 1,
    });
  }
}
