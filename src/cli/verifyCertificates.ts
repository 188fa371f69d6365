/** How `verify --certificates` writes them, and says how they are checked. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultPrecision } from '../decide/enclosure.ts';
import { progressStream, tellUnwritten } from '../io/streams.ts';
import { quoted } from '../io/text.ts';
import { workingDirectory } from '../io/write.ts';
import type { Result } from '../verify/result.ts';
import { progressView } from './progress.ts';
import type { VerifyRequest } from './verifyOptions.ts';

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** The same file for the sources and for the build. */
const CHECKER = fileURLToPath(new URL('../../fixtures/certificates/check_certificates.py', import.meta.url));

interface Told extends Pick<VerifyRequest, 'claims' | 'rungs' | 'digits'> {
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/**
 * Writes the certificates of a result, and prints how they are checked.
 * @returns whether an interruption cut them short
 */
export async function tellCertificates(
  folder: string,
  result: Result,
  { claims, rungs, digits: cap = defaultPrecision.cap, json, signal }: Told,
): Promise<boolean> {
  if (result.interrupted) {
    process.stderr.write('No certificates: the run was cut short.\n');
    return false;
  }
  const { writeCertificates } = await import('../verify/certificates.ts');
  const { rowsOf } = await import('../verify/registry.ts');
  const progress = progressView(progressStream());
  const done = await writeCertificates(folder, result, {
    rows: rowsOf(claims, rungs),
    precision: { ...defaultPrecision, cap, arithmetic: 'decimal' },
    signal,
    onRow: (rows, total, row) =>
      progress.show({
        work: rows / total,
        now: `certificates: ${row}`,
        line: `certificates of ${rows} of ${total} rows written`,
      }),
  }).finally(() => progress.stop());
  for (const { file, error } of done.failed) tellUnwritten(file, error);
  const here = workingDirectory();
  const checker = here === undefined ? CHECKER : relative(here, CHECKER);
  const lines = [
    `Certificates${signal.aborted ? ' cut short' : ''}: ${counted(done.certificates, 'world')} of ${counted(done.rows, 'row')}, in ${folder}; index.json says what has none. Check them:`,
    `python3 ${quoted(checker)} ${quoted(folder)}`,
  ];
  (json || signal.aborted ? process.stderr : process.stdout).write(`${lines.join('\n')}\n`);
  return signal.aborted;
}
