/** Which command lines of `snapcheck kernel` a fleet cannot do. */
import { expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { checkFleet, inputsOf, wordsOf } from '../../src/cli/kernelHosts.ts';
import { queueOf } from '../../src/cli/queueOptions.ts';
import { type Flags, given } from './words.ts';

const input = (operands: string[], flags: Flags) => given(commands.kernel.options, operands, flags);
const fleet = { queue: 'redis://127.0.0.1:6379', campaign: 'mine' };

function faultsOf(operands: string[], flags: Flags): readonly string[] {
  const read = input(operands, flags);
  checkFleet(read);
  queueOf(read, 'kernel');
  return read.checks.faults.listed;
}

it('a fleet takes one kernel and as many cases as --runs, and refuses what else a run may be', () => {
  expect(faultsOf(['mine.mjs'], { ...fleet, runs: '5' })).toEqual([]);
  expect(faultsOf(['mine.mjs'], { for: '10s', workers: '2', bench: true })).toEqual([]);
  const more = { for: '10s', workers: '2', bench: true, replay: 'a.json', dump: 'cases' };
  expect(faultsOf(['mine.mjs'], { ...fleet, ...more })).toEqual(
    ['--for', '--workers', '--replay', '--dump', '--bench'].map(
      (flag) => `${flag}: a fleet runs random cases, as many as --runs`,
    ),
  );
  expect(faultsOf(['mine.mjs', 'other.mjs'], fleet)).toEqual(['--queue: it goes with one kernel']);
  expect(faultsOf([], { ...fleet, builtin: 'tfjs-webgpu' })).toEqual([
    '--queue: a worker has no browser for --builtin tfjs-webgpu',
  ]);
});

it('the words of a kernel are those of its command line', () => {
  const limits = { timeLimit: 5000, startLimit: 10_000, memoryLimit: undefined };
  expect(wordsOf(input(['mine.mjs'], {}))).toEqual({ limits, module: 'mine.mjs' });
  expect(wordsOf(input([], { builtin: 'float64' }))).toEqual({ limits, builtin: 'float64' });
  expect(wordsOf(input([], { builtin: 'tfjs-webgl' }))).toBeUndefined();
  const command = input([], {
    command: 'python3 a.py',
    frames: true,
    dtype: 'float64',
    timeLimit: '2',
    memoryLimit: '64',
  });
  expect(wordsOf(command)).toEqual({
    limits: { timeLimit: 2000, startLimit: 7000, memoryLimit: 2 ** 26 },
    ...{ command: 'python3 a.py', frames: true, dtype: 'float64', declares: {} },
  });
  const two = inputsOf(input(['mine.mjs'], { builtin: 'float64' }));
  expect(two.map((one) => wordsOf(one))).toEqual([
    { limits, module: 'mine.mjs' },
    { limits, builtin: 'float64' },
  ]);
});
