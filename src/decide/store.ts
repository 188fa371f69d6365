/** Counterexamples kept as files: they are asked before any random world. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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

/** All stored cases of one row, shipped ones first. A file that is no case is skipped: it cannot refute anything. */
export function storedCases(claim: string, rung: string): StoredCase[] {
  return [shippedCases, localCases()].flatMap((folder) => {
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .flatMap((name) => {
        try {
          const stored: StoredCase = JSON.parse(readFileSync(join(folder, name), 'utf8'));
          return stored.claim === claim && stored.rung === rung && stored.world ? [stored] : [];
        } catch {
          return [];
        }
      });
  });
}

/** Writes a case and returns its file. */
export function keep(folder: string, stored: StoredCase): string {
  mkdirSync(folder, { recursive: true });
  const file = caseFile(folder, stored);
  writeFileSync(file, `${JSON.stringify(stored, null, 2)}\n`);
  return file;
}
