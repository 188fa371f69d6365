/** The tree of rungs in words, for terminal and documents. */
import { type RungInfo, type RungTree, rungTree } from '../ladder/tree.ts';

const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);

/** `Assumes: steps are small`, or `Dropped: attention is softmax`. */
export const changeText = ({ change }: RungInfo): string =>
  'relaxes' in change ? `Dropped: ${change.relaxes}` : `Assumes: ${change.assumes}`;

/** The tree as lines of text, cut to some columns: each rung below the one that it changes. */
export function treeLines(columns = 104): string[] {
  const lines: [name: string, text: string][] = [];
  const grow = (trees: readonly RungTree[], indent: string): void => {
    for (const [i, { rung, children }] of trees.entries()) {
      const last = i === trees.length - 1;
      const root = rung.parent === null;
      lines.push([`${indent}${root ? '' : last ? '└ ' : '├ '}${rung.id}`, capital(rung.title)]);
      grow(children, root ? indent : `${indent}${last ? '  ' : '│ '}`);
    }
  };
  grow(rungTree(), '');
  const width = Math.max(...lines.map(([name]) => name.length));
  const fits = columns - width - 4;
  const short = (text: string) => (text.length > fits ? `${text.slice(0, fits - 2)}..` : text);
  return lines.map(([name, text]) => `${name.padEnd(width + 2)}${short(text)}`);
}
