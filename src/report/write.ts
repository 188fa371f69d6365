import { join } from 'node:path';
import { type Written, writeFiles } from '../io/write.ts';
import type { Result } from '../verify/result.ts';
import type { ClaimInfo } from './claimInfo.ts';
import { junit } from './junit.ts';
import { verifySuites } from './junitSuites.ts';
import { markdown } from './markdown.ts';

/**
 * Writes report.html, result.json, junit.xml, summary.md and the pictures into `dir`, which is made if need be. What
 * was computed goes first: no picture that cannot be drawn, or no longer fits the disk, keeps it from being written.
 * @returns the path of the HTML file, and what was written
 */
export async function writeReport(
  dir: string,
  result: Result,
  claims: readonly ClaimInfo[],
  command: string,
): Promise<Written & { readonly page: string }> {
  const made = new Date();
  const first = writeFiles(dir, {
    'result.json': `${JSON.stringify(result, null, 2)}\n`,
    'junit.xml': junit(verifySuites(result), made),
  });
  // Plot and a document to draw in take a quarter of a second to load: only for a report.
  const { pictures } = await import('./pictures/pictures.ts');
  const { htmlReport } = await import('./html/report.ts');
  const drawn = await pictures(result, command);
  const rest = writeFiles(dir, {
    'summary.md': markdown(result, claims, drawn),
    'report.html': await htmlReport(result, claims, command, made),
    ...Object.fromEntries(drawn.map(({ file, svg }) => [file, svg])),
  });
  return {
    page: join(dir, 'report.html'),
    written: [...first.written, ...rest.written],
    failed: [...first.failed, ...rest.failed],
  };
}
