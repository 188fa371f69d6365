/** What went wrong in a module of someone else, in words, with the line. */
import { spawnSync } from 'node:child_process';
import { Faults } from '../io/badInput.ts';
import { readText } from '../io/file.ts';

/** What was thrown, and where in the module. */
export function thrownInModule(error: unknown, file: string): string {
  if (!(error instanceof Error)) return String(error);
  const place = new RegExp(`${file.replace(/[^\w/]/g, '\\$&')}:(\\d+)(:\\d+)?`).exec(error.stack ?? '');
  return `${error.name}: ${error.message}${place ? ` (line ${place[1]})` : ''}`;
}

/** Most bytes of a module whose line is looked at, and milliseconds for finding it. */
const [MOST_MODULE, CHECKING] = [2 ** 24, 10_000];

/**
 * The line of a syntax error, which Node tells of a module only where it ends the process: `node --check` reads the file and runs
 * nothing. Empty where the file itself is well-formed, so that the error is in one that it imports.
 */
function syntaxPlace(file: string): string {
  const { stderr, status } = spawnSync(process.execPath, ['--check', file], {
    encoding: 'utf8',
    timeout: CHECKING,
  });
  if (status === 0) return ' (in a module that it imports)';
  const [, line] = /^[^\n]*:(\d+)\n/.exec(stderr ?? '') ?? [];
  if (line === undefined) return '';
  const text = readText(file, MOST_MODULE, new Faults());
  const nul = text?.split(/\r\n?|\n/)[Number(line) - 1]?.includes('\0');
  return ` (line ${line}${nul ? ', which has a NUL byte' : ''})`;
}

/** Why a module could not be imported. */
export function importFault(error: unknown, file: string): string {
  const { code, message = String(error) } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.[cm]?ts$/.test(file))
    return `Node ${process.version} does not load TypeScript; compile it to .mjs, or use Node 22.18 or newer`;
  if (code === 'ERR_MODULE_NOT_FOUND' && /package '(snapcheck|fast-check)'/.test(message))
    return `${message.split('\n')[0]}: run npm install snapcheck fast-check in its folder`;
  const text = thrownInModule(error, file);
  return error instanceof SyntaxError && !/\(line \d+\)$/.test(text) ? text + syntaxPlace(file) : text;
}
