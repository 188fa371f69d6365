/** A sound record, its parts to be changed, and the faults of one that is read. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { BadInput } from '../../src/io/badInput.ts';
import type { Problem } from '../../src/model/problem.ts';
import type { Draft } from './writeRun.ts';

/** A folder of a test file, and a new name in it for each record. */
export function recordFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'snapcheck-runs-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  let made = 0;
  return { folder, fresh: (): string => `run${made++}` };
}

export const problem = {
  vocabulary: 8,
  classes: [
    { next: 6, query: 5, tokens: [0, 1, 2], probabilities: [0.5, 0.25, 0.25] },
    { next: 7, query: 5, tokens: [0, 3, 4], probabilities: [0.5, 0.25, 0.25] },
  ],
} satisfies Problem;
export const matrix = (rows: number, columns: number, x = 0): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => x + i - j / 8));
export const states = (rows: number, columns: number, count = 3) =>
  Array.from({ length: count }, (_, s) => matrix(rows, columns, s));
export const sound: Draft = {
  problem,
  rates: { etaY: 1, momentum: 0.5 },
  steps: [0, 2, 5],
  Z: states(1, 5),
  Y: states(5, 8),
};

/** What a record is refused for; nothing where it is read. */
export const faultsOf = (read: () => unknown): readonly string[] => {
  try {
    read();
  } catch (error) {
    if (error instanceof BadInput) return error.faults;
    throw error;
  }
  return [];
};
