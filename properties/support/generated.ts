/** Files that a command of this repository writes: a failing test says which command, and shows where the file differs. */

export interface Generated {
  /** The file, from the root of the repository. */
  readonly path: string;
  /** What the command would write today. */
  readonly expected: string;
  /** What is in the file. */
  readonly actual: string;
  /** What to type to write the file again. */
  readonly command: string;
}

/** Lines shown of either text, and characters of a line. */
const SHOWN = { lines: 3, characters: 160 };

/** Where two sequences differ first. */
function firstDifference(a: ArrayLike<string>, b: ArrayLike<string>): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i += 1;
  return i;
}

/** The lines of a text from one on, that one from a column on; each cut to a width. */
function excerpt(lines: readonly string[], line: number, column: number): string[] {
  const [first, ...next] = lines.slice(line, line + SHOWN.lines);
  if (first === undefined) return ['(nothing: the text ends here)'];
  const cut = (text: string) =>
    text.length > SHOWN.characters ? `${text.slice(0, SHOWN.characters)} ..` : text;
  return [column > 0 ? `.. ${cut(first.slice(column))}` : cut(first), ...next.map(cut)];
}

/** What to do where a file is not what its command writes today; undefined where it is. */
export function outdated({ path, expected, actual, command }: Generated): string | undefined {
  if (expected === actual) return undefined;
  const [now, file] = [expected.split('\n'), actual.split('\n')];
  const line = firstDifference(now, file);
  // Of a long line only its end may differ: both are shown from a little before that place.
  const column = Math.max(0, firstDifference(now[line] ?? '', file[line] ?? '') - SHOWN.characters / 2);
  return [
    `${path} differs from what its generator writes today. To write it again, run`,
    `    ${command}`,
    `and look at the change (git diff ${path}) before you commit it. The first difference is in line ${line + 1}.`,
    'In the file:',
    ...excerpt(file, line, column).map((text) => `    ${text}`),
    'Generated now:',
    ...excerpt(now, line, column).map((text) => `    ${text}`),
  ].join('\n');
}

/** @throws where a file is not what its command writes; the message says what to type */
export function expectGenerated(given: Generated): void {
  const message = outdated(given);
  if (message !== undefined) throw new Error(message);
}
