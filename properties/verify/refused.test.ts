/** Options that `verify` refuses: each is a fault that the command line reports too, and all are reported at once. */
import { describe, expect, it } from 'vitest';
import { BadInput } from '../../src/io/badInput.ts';
import { type VerifyOptions, verify } from '../../src/verify/verify.ts';

const row = { claims: ['snap'], rungs: ['two-timescale'] };

const REFUSED: [options: VerifyOptions, fault: string][] = [
  [{ claims: ['snpa'] }, 'unknown claim "snpa"; did you mean "snap"?'],
  [{ claims: 'snap' as never }, 'claims: expected a list of texts, got "snap"'],
  [{ rungs: ['sdg'] }, 'rungs: unknown rung "sdg"; did you mean "sgd"?'],
  [{ rungs: ['snap'] }, 'rungs: "snap" is a claim'],
  [{ claims: ['conservation'], rungs: ['algebra'] }, 'claim "conservation" is not checked on algebra'],
  ...[0, -5, 1.5, Number.NaN, 1e7, '10' as never].map((runs): [VerifyOptions, string] => [
    { runs },
    'runs: expected an integer from 1 to 1000000, got ',
  ]),
  ...[0.5, 2 ** 31, Number.POSITIVE_INFINITY].map((seed): [VerifyOptions, string] => [
    { seed },
    'seed: expected an integer from -2147483648 to 2147483647, got ',
  ]),
  [{ digits: 39 }, 'digits: expected an integer from 40 to 1000, got 39'],
  [{ arithmetic: 'mpf' as never }, 'arithmetic: expected decimal or mpfr, got "mpf"; did you mean "mpfr"?'],
  [{ workers: 0 }, 'workers: expected an integer from 1 to 256, got 0'],
  [{ path: '3' }, 'path: it replays one case, and needs one claim and one rung'],
  [{ ...row, path: 'x' }, 'path: expected what a replay command prints'],
  [{ ...row, path: 'none.json' }, 'path: there is no file "none.json"'],
];

const refusal = (options: VerifyOptions): Promise<unknown> => verify(options).catch((error) => error);

describe('verify refuses', () => {
  it.each(REFUSED)('%o', async (options, fault) => {
    const error = await refusal(options);
    expect(error).toBeInstanceOf(BadInput);
    expect((error as BadInput).faults).toEqual([expect.stringContaining(fault)]);
  });

  it('with every fault at once', async () => {
    const error = await refusal({ claims: ['snpa'], rungs: ['sdg'], runs: -1, seed: 0.5, workers: 0 });
    expect((error as BadInput).faults).toHaveLength(5);
  });
});
