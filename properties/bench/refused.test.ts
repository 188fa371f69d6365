/** Options that `runBench` refuses, as the command line does, with all faults at once. */
import { describe, expect, it } from 'vitest';
import { type BenchOptions, runBench } from '../../src/bench/run.ts';
import { QUICK } from '../../src/bench/sizes.ts';
import { BadInput } from '../../src/io/badInput.ts';

const command = 'npx snapcheck bench';
const sized = (change: object): object => ({ sizes: { ...QUICK, ...change } });
const open = async () => {
  throw new Error('opened');
};

const REFUSED: [change: object, fault: string][] = [
  [{ command: undefined }, 'command: expected a text, got nothing'],
  [{ backends: ['flaot64'] }, 'backends[0]: unknown backend "flaot64"; did you mean "float64"?'],
  [{ backends: [] }, 'backends: expected a list of at least one backend, got an empty list'],
  [{ backends: 'float64' }, 'backends: expected a list of at least one backend, got "float64"'],
  [{ backends: ['float64', 'float64'] }, 'backends[1]: "float64" is given twice'],
  [
    { backends: [{ id: 'mine' }] },
    'backends[0]: expected the name of a backend, or its id, digits and open()',
  ],
  [
    { backends: [{ id: 'mine', digits: Number.NaN, open }] },
    'backends[0].digits: expected a number from 1 to 1000',
  ],
  [{ sizes: 3 }, 'sizes: expected an object, got 3'],
  ...[-1, 0.5, Number.NaN].map((random): [object, string] => [
    sized({ random }),
    'sizes.random: expected an integer from 0 to 1000000, got ',
  ]),
  [sized({ worlds: 0 }), 'sizes.worlds: expected an integer from 1 to 1000000, got 0'],
  [sized({ steps: [] }), 'sizes.steps: expected a list of numbers of steps, got an empty list'],
  [sized({ steps: [1, -3] }), 'sizes.steps[1]: expected'],
  [sized({ steps: [10, 10] }), 'sizes.steps[1]: expected more steps than the 10 before, got 10'],
  [sized({ step: { seconds: Number.NaN, samples: 1 } }), 'sizes.step.seconds: expected a number above 0'],
  [sized({ training: { seconds: 1, samples: -1 } }), 'sizes.training.samples: expected an integer from 1'],
  [sized({ point: undefined }), 'sizes.point: expected seconds and samples, got nothing'],
  [sized({ coarse: 'no' }), 'sizes.coarse: expected true or false, got "no"'],
];

const faultsOf = async (change: object): Promise<readonly string[]> => {
  const error = await runBench({ command, ...change } as BenchOptions).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BadInput);
  return (error as BadInput).faults;
};

describe('runBench refuses', () => {
  it.each(REFUSED)('%o', async (change, fault) => {
    expect((await faultsOf(change))[0]).toContain(fault);
  });

  it('with every fault at once', async () => {
    expect(await faultsOf({ ...sized({ random: -1, worlds: 0 }), backends: ['x'], command: 1 })).toHaveLength(
      4,
    );
  });
});
