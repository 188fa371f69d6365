import { join } from 'node:path';
import { type Written, writeFiles } from '../io/write.ts';
import type { Result } from '../verify/result.ts';
import type { ClaimInfo } from './claimInfo.ts';
import { heed } from './heed.ts';
import { junit } from './junit.ts';
import { verifySuites } from './junitSuites.ts';
import { markdown } from './markdown.ts';

/**
 * Writes report.html, result.json, junit.xml, summary.md and the pictures into `dir`, which is made if need be. What
 * was computed goes first: no picture that cannot be drawn, or no longer fits the disk, keeps it from being written.
 * @param signal cuts it short: what is written then is whole
 * @returns the path of the HTML file, what was written, and whether it was cut short
 */
export async function writeReport(
  dir: string,
  result: Result,
  claims: readonly ClaimInfo[],
  command: string,
  signal?: AbortSignal,
): Promise<Written & { readonly page: string; readonly cut: boolean }> {
  const made = new Date();
  const page = join(dir, 'report.html');
  const first = writeFiles(dir, {
    'result.json': `${JSON.stringify(result, null, 2)}\n`,
    'junit.xml': junit(verifySuites(result), made),
  });
  try {
    // Plot and a document to draw in take a quarter of a second to load: only for a report.
    const { pictures } = await import('./pictures/pictures.ts');
    const { htmlReport } = await import('./html/report.ts');
    await heed(signal);
    const drawn = await pictures(result, command);
    const html = await htmlReport(result, claims, command, made, signal);
    await heed(signal);
    const rest = writeFiles(dir, {
      'summary.md': markdown(result, claims, drawn),
      'report.html': html,
      ...Object.fromEntries(drawn.map(({ file, svg }) => [file, svg])),
    });
    const [written, failed] = [
      [...first.written, ...rest.written],
      [...first.failed, ...rest.failed],
    ];
    return { page, written, failed, cut: false };
  } catch (error) {
    if (!signal?.aborted) throw error;
    return { page, ...first, cut: true };
  }
}
