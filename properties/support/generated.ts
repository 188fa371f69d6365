/** Files that a command of this repository writes: a failing test prints the command and the first difference. */

export interface Generated {
  /** The file, from the root of the repository. */
  readonly path: string;
  /** The text that the command writes now. */
  readonly expected: string;
  /** The text in the file. */
  readonly actual: string;
  /** The command that writes the file again. */
  readonly command: string;
}

/** Lines shown of either text, and characters of a line. */
const SHOWN = { lines: 3, characters: 160 };

/** The index of the first difference of two sequences. */
function firstDifference(a: ArrayLike<string>, b: ArrayLike<string>): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i += 1;
  return i;
}

/** Some lines of a text from `line`, the first of them from `column`; each cut to a width. */
function excerpt(lines: readonly string[], line: number, column: number): string[] {
  const [first, ...next] = lines.slice(line, line + SHOWN.lines);
  if (first === undefined) return ['(nothing: the text ends here)'];
  const cut = (text: string) =>
    text.length > SHOWN.characters ? `${text.slice(0, SHOWN.characters)} ..` : text;
  return [column > 0 ? `.. ${cut(first.slice(column))}` : cut(first), ...next.map(cut)];
}

/** The message for a file that differs from what its command writes; undefined where they are equal. */
export function outdated({ path, expected, actual, command }: Generated): string | undefined {
  if (expected === actual) return undefined;
  const [now, file] = [expected.split('\n'), actual.split('\n')];
  const line = firstDifference(now, file);
  // In a long line only the end may differ: both are shown from shortly before the difference.
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

/** @throws where a file differs from what its command writes; the message has the command */
export function expectGenerated(given: Generated): void {
  const message = outdated(given);
  if (message !== undefined) throw new Error(message);
}
