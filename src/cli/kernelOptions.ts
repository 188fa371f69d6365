/** The options of `snapcheck kernel`. */
import type { Range } from '../io/range.ts';
import { browserKernels, builtinKernels } from '../kernels/builtin/builtin.ts';
import { DEFAULT_ENVELOPE } from '../kernels/cases/envelope.ts';
import {
  DEFAULT_CASES,
  DUMPED_CASES,
  ENVELOPE_LIMITS,
  KERNEL_CASES,
  MEMORY_LIMITS,
  TIME_LIMITS,
} from '../kernels/sizes.ts';
import { KERNEL_WARNINGS } from '../kernels/warnings.ts';
import type { Dtype } from '../model/stepInput.ts';
import { type Command, jsonOption, seedOption, workersOption } from './command.ts';
import { declarationOptions } from './declarationOptions.ts';
import {
  choiceOption,
  choicesOption,
  durationOption,
  flagOption,
  folderOption,
  integerOption,
  numberOption,
  rare,
  shapesOption,
  textOption,
} from './options.ts';
import { fleetOptions } from './queueOptions.ts';

const MIB = 2 ** 20;
/** A range in a unit that is `unit` times as large. */
const scaled = ({ low, high }: Range, unit: number): Range => ({ low: low / unit, high: high / unit });

/** T counts the query, which T - 1 does not. */
const withQuery = ({ low, high }: Range): Range => ({ low: low + 1, high: high + 1 });

const BUILTIN = [...builtinKernels, ...browserKernels].map(({ name }) => name);

const dtypes = ['float32', 'float64'] as const satisfies readonly Dtype[];

export const kernel = {
  summary: 'test a training kernel, stage by stage, against derived error bounds',
  does: [
    'Compares every stage of a training kernel, on random inputs, with derived error bounds. The kernel: a module, a command, or built in. Two are compared.',
  ],
  operand: '[module...]',
  options: {
    command: textOption('<command>', 'a command that answers JSON requests, one a line'),
    frames: rare(flagOption("--command's kernel speaks frames of bytes, not JSON: for C")),
    builtin: choiceOption('<name>', BUILTIN.join(', '), BUILTIN),
    strict: flagOption('e_n - alpha must keep its digits; warnings fail'),
    nondeterministic: rare(flagOption('equal calls may differ: each is judged, their spread is reported')),
    batchInvariant: rare(flagOption('a sequence must not depend on its batch, bit by bit')),
    accept: rare(choicesOption(`warnings that pass: ${KERNEL_WARNINGS.join(', ')}`, KERNEL_WARNINGS)),
    dtype: choiceOption('<dtype>', 'of --command: float32 (default) or float64', dtypes),
    ...declarationOptions,
    runs: integerOption('random cases', KERNEL_CASES, DEFAULT_CASES),
    for: rare(
      durationOption(
        'random cases for this long (90s, 10m, 2h), then the long runs; --runs is then the most',
      ),
    ),
    seed: rare(seedOption('the cases')),
    maxVocabulary: rare(integerOption('largest M', ENVELOPE_LIMITS.vocabulary, DEFAULT_ENVELOPE.vocabulary)),
    maxLength: rare(
      integerOption(
        'largest T: tokens of a sequence with its query',
        withQuery(ENVELOPE_LIMITS.contextLength),
        DEFAULT_ENVELOPE.contextLength + 1,
      ),
    ),
    maxBatch: rare(integerOption('largest B', ENVELOPE_LIMITS.batch, DEFAULT_ENVELOPE.batch)),
    shapes: rare(shapesOption('only these sizes, as 1024,129,8;33,4097,1')),
    bench: rare(flagOption('then its speed and correct digits, beside the built-ins')),
    replay: rare(textOption('<file>', 'only the case saved in this file')),
    dump: rare(
      folderOption(
        `write the cases here, with expected values and bounds, as .npz and JSON: as many as --runs (default ${DUMPED_CASES}); a kernel may be left out`,
      ),
    ),
    report: folderOption('write junit.xml, result.json, summary.txt, failing case'),
    json: jsonOption,
    workers: rare(workersOption),
    timeLimit: rare(
      numberOption('<s>', 'seconds of one call; more beyond M = 1024', scaled(TIME_LIMITS, 1000), 5),
    ),
    memoryLimit: rare(
      integerOption(
        'MiB of all its processes (default half the machine, at most 8192)',
        scaled(MEMORY_LIMITS, MIB),
      ),
    ),
    ...fleetOptions,
  },
  exit: { expected: 'it passes', failed: 'it fails', interrupted: 'what was found is printed' },
} as const satisfies Command;
