/** Tables of Markdown. */

/** Text inside a cell: a bar would end the cell, a line break the table. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/**
 * A Markdown table (GitHub's pipe table) of plain texts; bars are escaped, and line breaks become spaces.
 * @param right heads of the columns that are aligned to the right
 */
export function pipeTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: ReadonlySet<string> = new Set(),
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(head.map(cell)),
    line(head.map((name) => (right.has(name) ? '--:' : '---'))),
    ...rows.map((cells) => line(cells.map(cell))),
  ].join('\n');
}
