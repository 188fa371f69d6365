/** Inside a thread: the jobs of a run, by name. Claims and findings are named too, for they cannot be sent. */
import type { EnclosureLibrary } from '../decide/libraries.ts';
import { findings } from '../findings/findings.ts';
import { decideFinding } from './findings.ts';
import { rowJobs, type Settings } from './jobs.ts';
import { ownRow } from './ownClaims.ts';
import { type ClaimRow, type RowName, rowNamed } from './registry.ts';
import type { FindingRow } from './result.ts';

/** What a thread is given for a job on a row. */
export interface RowTask<What> {
  readonly row: RowName;
  readonly settings: Settings;
  readonly what: What;
}

const ofRow =
  <What, Answer>(work: (row: ClaimRow, settings: Settings, what: What) => Answer) =>
  async ({ row, settings, what }: RowTask<What>): Promise<Awaited<Answer>> =>
    await work(row.module === undefined ? rowNamed(row) : await ownRow(row), settings, what);

export const stored = ofRow(rowJobs.stored);
export const worlds = ofRow(rowJobs.worlds);
export const shrunk = ofRow(rowJobs.shrunk);
export const control = ofRow(rowJobs.control);
export const restored = ofRow(rowJobs.restored);

export interface FindingTask {
  readonly id: string;
  readonly runs: number;
  readonly seed: number;
  readonly arithmetic?: EnclosureLibrary;
}

export const finding = ({ id, runs, seed, arithmetic }: FindingTask): Promise<FindingRow> =>
  decideFinding(findings.find((known) => known.id === id)!, runs, seed, arithmetic);
