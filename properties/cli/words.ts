import { flagOf, type GivenWords, type Options, readWords } from '../../src/cli/options.ts';

/** Options by name, as a test writes them: true for one without a value. */
export type Flags = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

/** What a command is given by these words: operands, then options. */
export const given = <O extends Options>(
  options: O,
  operands: readonly string[],
  flags: Flags,
): GivenWords<O> =>
  readWords(options, [
    ...operands,
    ...Object.entries(flags).flatMap(([name, value]) =>
      value === undefined || value === false
        ? []
        : [flagOf(name), ...(value === true ? [] : [value].flat())].map(String),
    ),
  ]);
