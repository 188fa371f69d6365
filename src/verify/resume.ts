/** Finished rows and findings of a long run, kept in a file so that an interrupted run goes on where it was. */
import { createHash } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { BadInput } from '../io/badInput.ts';
import { readDocument } from '../io/document.ts';
import { fingerprint } from '../io/fingerprint.ts';
import { Locked, lockFile } from '../io/lock.ts';
import { listOf } from '../io/shape.ts';
import { type OnUnwritten, writeWhole } from '../io/write.ts';
import { shippedCases } from './keptCases.ts';
import type { Counterexample, FindingRow, Row, UndecidedWorld } from './result.ts';

/** The decision of one row. */
export interface Decision {
  readonly row: Row;
  readonly counterexample: Counterexample | null;
  /** The one that lacks a single hypothesis, where it is kept and still fails. */
  readonly isolated: Counterexample | null;
  readonly undecided: readonly UndecidedWorld[];
}

interface Content {
  /** Everything that the kept results depend on. */
  readonly of: string;
  readonly rows: readonly Decision[];
  readonly findings: readonly FindingRow[];
}

/** Most bytes of the file: ten times the size after a thorough run of every row. */
const MOST_BYTES = 2 ** 26;

/** Of this very program, by `of`; whole and unchanged, by `sum`: so what it holds needs no schema. */
const shape = z.strictObject({
  schema: z.literal(1),
  of: z.string(),
  sum: z.string(),
  ...{ rows: listOf(z.unknown()), findings: listOf(z.unknown()) },
});

const sumOf = ({ of, rows, findings }: Pick<Content, 'of'> & Record<'rows' | 'findings', unknown>): string =>
  createHash('sha256')
    .update(JSON.stringify([of, rows, findings]))
    .digest('hex');

const textOf = (content: Content): string => JSON.stringify({ schema: 1, ...content, sum: sumOf(content) });

/**
 * What an earlier run kept in the file; undefined where there is none.
 * @throws BadInput where the file is damaged: hours of work may be in it, and nothing of it is thrown away unasked
 */
function readKept(file: string): Content | undefined {
  if (!existsSync(file)) return undefined;
  const read = readDocument(file, { most: MOST_BYTES, schema: shape });
  if ('faults' in read || sumOf(read.value) !== read.value.sum) {
    const why = 'faults' in read ? read.faults.listed.join('; ') : 'its content is not what was written';
    throw new BadInput([
      `${file}, where an interrupted run is kept, is damaged (${why}): delete it to begin anew`,
    ]);
  }
  return read.value as unknown as Content;
}

/** Gives a file another name, which no file has. @returns that @throws the file system's error */
function setAside(file: string): string {
  let n = 1;
  while (existsSync(`${file}.${n}`)) n++;
  renameSync(file, `${file}.${n}`);
  return `${file}.${n}`;
}

/** The program and the kept cases: rows decided by other code, or after other cases, are not reused. */
const program = (): string => fingerprint([fileURLToPath(new URL('..', import.meta.url)), shippedCases]);

export interface Kept {
  readonly rows: readonly Decision[];
  readonly findings: readonly FindingRow[];
  addRow(decision: Decision): void;
  addFinding(finding: FindingRow): void;
  /** Forgets what this run has reported in full; results of other runs stay. */
  forget(rows: readonly Row[], findings: readonly FindingRow[]): void;
  /** Lets other runs at the file. */
  close(): void;
}

/** Keeps nothing. */
export const nothingKept: Kept = {
  rows: [],
  findings: [],
  addRow: () => {},
  addFinding: () => {},
  forget: () => {},
  close: () => {},
};

/** The file locked; null where no lock can be made, and so nothing kept. @throws Locked */
function lockOn(file: string, onUnwritten: OnUnwritten): (() => void) | null {
  try {
    return lockFile(file);
  } catch (error) {
    if (error instanceof Locked) throw error;
    onUnwritten(`What is finished, in ${file},`, error);
    return null;
  }
}

/**
 * The results kept in a file by an earlier run of the same program with the same `settings`; none when there is no such
 * file, or it is another build's of the program or another setting's: it is then set aside, and none of it lost. A disk
 * that takes nothing ends the keeping, not the run.
 * @param onUnwritten called once, when a file cannot be written
 * @param onNote called with what became of the file's content
 * @throws Locked when another run keeps its results there, BadInput when the file is damaged
 */
export function keptIn(
  file: string,
  settings: object,
  onUnwritten: OnUnwritten,
  onNote: (note: string) => void = () => {},
): Kept {
  const release = lockOn(file, onUnwritten);
  const of = createHash('sha256').update(program()).update(JSON.stringify(settings)).digest('hex');
  let content: Content = { of, rows: [], findings: [] };
  let keeps = release !== null;
  const attempt = (action: () => void) => {
    if (!keeps) return;
    try {
      action();
    } catch (error) {
      keeps = false;
      onUnwritten(`What is finished, in ${file},`, error);
    }
  };
  try {
    const earlier = readKept(file);
    if (earlier?.of === of) {
      content = earlier;
      onNote(`Going on with what the same run finished earlier: ${file}`);
    } else if (earlier)
      attempt(() =>
        onNote(
          `${file} held what another build of the program, or other settings, came to: begun anew; that is in ${setAside(file)} now.`,
        ),
      );
  } catch (error) {
    release?.();
    throw error;
  }
  const write = (next: Content) => {
    content = next;
    attempt(put);
  };
  const put = () => {
    if (content.rows.length + content.findings.length === 0) {
      if (existsSync(file)) rmSync(file);
      return;
    }
    writeWhole(file, textOf(content));
  };
  const same = (a: Row) => (b: Row) => a.claim === b.claim && a.rung === b.rung;
  return {
    get rows() {
      return content.rows;
    },
    get findings() {
      return content.findings;
    },
    addRow: (decision) => write({ ...content, rows: [...content.rows, decision] }),
    addFinding: (finding) => write({ ...content, findings: [...content.findings, finding] }),
    forget: (rows, findings) =>
      write({
        of,
        rows: content.rows.filter(({ row }) => !rows.some(same(row))),
        findings: content.findings.filter(({ id }) => !findings.some((f) => f.id === id)),
      }),
    close: () => release?.(),
  };
}
