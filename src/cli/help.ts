/** Help texts, from the same tables that read the options. */
import { wrap } from '../report/format.ts';
import { type Command, commands } from './commands.ts';
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

export function commandHelp(name: string, { operand, does, options, exit }: Command): string {
  const usage = ['Usage: snapcheck', name, ...(operand ? [operand] : []), '[options]'].join(' ');
  const codes = wrap(`Exit codes: ${exitCodes(exit).join('; ')}.`, WIDTH);
  return [
    ...does.flatMap((line) => wrap(line, WIDTH)),
    '',
    usage,
    ...columns(Object.entries(options).map(optionRow)),
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
