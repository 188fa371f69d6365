/** Counterexamples kept as files: they are asked before any random world. */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeWhole } from '../io/write.ts';
import type { Judgement } from './margin.ts';

export interface StoredCase {
  readonly claim: string;
  readonly rung: string;
  /** Where it was found. */
  readonly seed: number;
  readonly path: string;
  readonly world: unknown;
  /** What failed there when it was stored. */
  readonly margin: NonNullable<Judgement['margin']>;
  readonly digits: number | null;
}

/** The cases that ship with the package. */
export const shippedCases = fileURLToPath(new URL('../../fixtures/counterexamples/', import.meta.url));

/** Where a run keeps what it finds and did not expect. */
export const localCases = (): string => join(process.cwd(), '.snapcheck', 'counterexamples');

export const caseFile = (folder: string, { claim, rung }: Pick<StoredCase, 'claim' | 'rung'>): string =>
  join(folder, `${claim}.${rung}.json`);

/** A kept case whose world cannot be asked: edited by hand, or kept by another version. */
export class BrokenCase extends Error {}

/**
 * Asks the world of a kept case.
 * @throws BrokenCase, naming the file, when the question cannot even be put
 */
export async function askCase<T>(file: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BrokenCase(`the world kept in ${file} cannot be asked (${reason}): mend or delete the file`);
  }
}

/** The case in a file; null where there is none of this row: such a file cannot refute anything. */
export function readCase(file: string, claim: string, rung: string): StoredCase | null {
  try {
    const stored: StoredCase = JSON.parse(readFileSync(file, 'utf8'));
    return stored.claim === claim && stored.rung === rung && stored.world ? stored : null;
  } catch {
    return null;
  }
}

/** The working directory; undefined when it has been deleted. */
function workingDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

/** The stored cases of one row with their files (relative to the working directory), shipped ones first. */
export function storedCases(claim: string, rung: string): (StoredCase & { file: string })[] {
  const here = workingDirectory();
  return [shippedCases, ...(here === undefined ? [] : [localCases()])].flatMap((folder) => {
    const file = caseFile(folder, { claim, rung });
    const stored = existsSync(file) ? readCase(file, claim, rung) : null;
    return stored ? [{ ...stored, file: here === undefined ? file : relative(here, file) }] : [];
  });
}

/** Writes a case and returns its file. */
export function keep(folder: string, stored: StoredCase): string {
  const file = caseFile(folder, stored);
  writeWhole(file, `${JSON.stringify(stored, null, 2)}\n`);
  return file;
}
