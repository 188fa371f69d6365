/** Folders of certificates that tests change, and the checker that judges them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CHECKER = join(import.meta.dirname, '../../fixtures/certificates/check_certificates.py');

/** Whether there is a Python to run the checker. */
export const hasPython =
  spawnSync('python3', ['-c', 'import sys; assert sys.version_info >= (3, 9)']).status === 0;

/** [operation, operands or value, m, d, e]; a whole number beyond the doubles is a text with # before it. */
export type StepLine = (string | number | null | number[])[];

export interface CertificateLine {
  name: string;
  outcome: string;
  world: unknown;
  steps: StepLine[];
  signs: [unknown, number | null][];
  margins: { name: string; requires: string; time: number; value: unknown; scale: unknown }[];
}

export interface IndexLine {
  claim: string;
  rung: string;
  file: string | null;
  width: number | null;
  why: string | null;
  certificates: { name: string; outcome: string; margins: number }[];
  without: { name: string; why: string }[];
}

const LONG = /(?<=[[,])-?\d{16,}(?=[,\]])/g;

/** A line of a file; its long whole numbers become texts. */
export const parseCertificate = (line: string): CertificateLine => JSON.parse(line.replaceAll(LONG, '"#$&"'));
const textOf = (certificate: CertificateLine): string =>
  JSON.stringify(certificate).replaceAll(/"#(-?\d+)"/g, '$1');

export const indexOf = (folder: string): { rows: IndexLine[] } =>
  JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));

export const linesOf = (folder: string, { file }: IndexLine): CertificateLine[] =>
  readFileSync(join(folder, file!), 'utf8').trimEnd().split('\n').map(parseCertificate);

/** The checker's exit code and what it prints. */
export function checked(folder: string): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync('python3', [CHECKER, folder], { encoding: 'utf8' });
  return { status, text: stdout + stderr };
}

/** Certificates in a folder of their own, one in a row, judged at once. @returns the names of those that are refused, with the words */
export function refusedOf(
  given: readonly (readonly [row: IndexLine, certificate: CertificateLine])[],
): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'snapcheck-certificate-'));
  try {
    const rows = given.map(([row, certificate], i) => {
      const file = `${i}.jsonl`;
      writeFileSync(join(folder, file), `${textOf(certificate)}\n`);
      return { ...row, file };
    });
    writeFileSync(join(folder, 'index.json'), JSON.stringify({ rows }));
    const { status, text } = checked(folder);
    const refused = text.split('\n').filter((line) => line.startsWith('REFUSED: '));
    if (status !== (refused.length > 0 ? 1 : 0)) throw new Error(text);
    return refused.map((line) => line.slice('REFUSED: '.length));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** m + by, of an end. */
export const moved = (m: unknown, by: number): string =>
  `#${BigInt(String(m).replace('#', '')) + BigInt(by)}`;
