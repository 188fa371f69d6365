import { existsSync, mkdirSync, mkdtempSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Result } from '../verify/result.ts';
import type { ClaimInfo } from './claimInfo.ts';
import { junit } from './junit.ts';
import { verifySuites } from './junitSuites.ts';
import { markdown } from './markdown.ts';

/** Why a report cannot be written into `dir`, or undefined when it can: tried, not asked, and nothing is left behind. */
export function unwritable(dir: string): string | undefined {
  let at = resolve(dir);
  while (!existsSync(at)) at = dirname(at);
  if (!statSync(at).isDirectory()) return `${at} is a file`;
  try {
    rmdirSync(mkdtempSync(join(at, '.snapcheck-')));
  } catch {
    return `${at} is not writable`;
  }
  return undefined;
}

/**
 * Writes report.html, result.json, junit.xml, summary.md and the pictures into `dir`, which is made if need be.
 * @returns the path of the HTML file
 * @throws the file system's error
 */
export async function writeReport(
  dir: string,
  result: Result,
  claims: readonly ClaimInfo[],
  command: string,
): Promise<string> {
  // Plot and a document to draw in take a quarter of a second to load: only for a report.
  const { pictures } = await import('./pictures/pictures.ts');
  const { htmlReport } = await import('./html/report.ts');
  const drawn = await pictures(result, command);
  const made = new Date();
  mkdirSync(dir, { recursive: true });
  for (const { file, svg } of drawn) writeFileSync(join(dir, file), svg);
  writeFileSync(join(dir, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(join(dir, 'junit.xml'), junit(verifySuites(result), made));
  writeFileSync(join(dir, 'summary.md'), markdown(result, claims, drawn));
  const page = join(dir, 'report.html');
  writeFileSync(page, await htmlReport(result, claims, command, made));
  return page;
}
