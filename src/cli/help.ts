/** Help texts, from the same tables that read the options. */
import { wrap } from '../report/format.ts';
import type { Command } from './command.ts';
import { commands } from './commands.ts';
import { exitCodes } from './exit.ts';
import { flagOf, type Option } from './options.ts';

/** Columns of a help text: it is read on terminals of every width. */
const WIDTH = 80;

/** Two columns, the second wrapped. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const left = Math.max(...rows.map(([name]) => name.length)) + 4;
  return rows.flatMap(([name, says]) =>
    wrap(says, WIDTH - left).map((line, i) => (i === 0 ? `  ${name}` : '').padEnd(left) + line),
  );
}

const optionRow = ([name, { takes, says, fallback }]: [string, Option]): readonly [string, string] => {
  const value = fallback === undefined || fallback === false ? '' : ` (default ${fallback})`;
  return [`${flagOf(name)} ${takes}`.trim(), `${says}${value}`];
};

/**
 * @param full whether rare options have rows of their own, as in docs/commands.md; without it a help is one screen of
 *   24 lines with the prompt
 */
export function commandHelp(name: string, { operand, does, options, exit }: Command, full = false): string {
  const rows = Object.entries(options).map(([key, option]) => ({ option, row: optionRow([key, option]) }));
  const others = rows.filter(({ option }) => option.rare && !full).map(({ row: [name] }) => name);
  const usage = ['Usage: snapcheck', name, ...(operand ? [operand] : []), '[options]'].join(' ');
  const codes = wrap(`Exit codes: ${exitCodes(exit).join('; ')}.`, WIDTH);
  return [
    ...does.flatMap((line) => wrap(line, WIDTH)),
    '',
    usage,
    ...columns(rows.filter(({ option }) => full || !option.rare).map(({ row }) => row)),
    ...(others.length > 0 ? wrap(`Also: ${others.join(', ')}; see docs/commands.md.`, WIDTH, '  ') : []),
    '',
    ...codes,
  ].join('\n');
}

export const generalHelp = (): string =>
  [
    'Tests the claims of the paper "Scan and Snap" (NeurIPS 2023) on random worlds.',
    '',
    'Usage: snapcheck <command> [options]',
    ...columns(Object.entries(commands).map(([name, { summary }]) => [name, summary])),
    '',
    'snapcheck <command> --help lists the options of a command; snapcheck --version',
    'prints the version. Start with: snapcheck verify',
  ].join('\n');
