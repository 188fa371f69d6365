// heavy: 6 s
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import faulty from '../../fixtures/kernels/faulty.mjs';
import { plainKernel } from '../../fixtures/kernels/seeded.ts';
import { kernelCases } from '../../src/kernels/cases/cases.ts';
import { dumpCases } from '../../src/kernels/dump/dump.ts';
import { npz, type Shaped } from '../../src/kernels/dump/npz.ts';
import { type Expected, expectedOf } from '../../src/kernels/judging/expected.ts';
import { referenceFor } from '../../src/kernels/judging/judgeRecord.ts';
import { kernelRoundoff } from '../../src/kernels/judging/roundoff.ts';
import { JUDGED } from '../../src/kernels/judging/stages.ts';
import type { Kernel, StepOutput } from '../../src/kernels/kernel.ts';
import { floats, MATRICES, type StepInput } from '../../src/model/stepInput.ts';
import { here } from '../attack/inProcess.ts';
import { TINY } from './judging.ts';
import { readNpz } from './npzReader.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'snapcheck-dump-'));
afterAll(() => rmSync(folder, { recursive: true }));
const settings = { dtype: 'float32', declares: {}, demanding: true, runs: 12, seed: 7 } as const;

/** Calls with their references. */
const cases = (dtype: 'float32' | 'float64') =>
  fc
    .sample(kernelCases(dtype, TINY), { numRuns: 20, seed: 5 })
    .flat()
    .map((input) => [input, referenceFor(dtype, input)] as const);
/** Every judged result of a step, by its name. */
const results = ({ stages, loss, ...matrices }: StepOutput): Record<string, ArrayLike<number>> => ({
  ...matrices,
  ...stages,
  loss: [loss],
});

/** The stages of which some element's error exceeds what is allowed, given its exact value and its bound. */
const beyond = (
  got: Readonly<Record<string, ArrayLike<number>>>,
  expected: Expected,
  allowed: (bound: number, exact: number) => number,
) =>
  JUDGED.filter(
    (stage) =>
      got[stage] !== undefined &&
      expected[stage].expected.some((exact, i) => {
        const bound = expected[stage].bound[i];
        // Where the exact value is beyond the range of the dtype, every result is accepted.
        return (
          bound < Number.POSITIVE_INFINITY && !(Math.abs(got[stage][i] - exact) <= allowed(bound, exact))
        );
      }),
  );

describe('expected values and bounds', () => {
  it.each(['float32', 'float64'] as const)('hold for the plain kernel in every stage: %s', async (dtype) => {
    const kernel = await plainKernel({ dtype });
    for (const [input, known] of cases(dtype)) {
      const expected = expectedOf(known, kernelRoundoff(dtype, {}, true));
      expect(beyond(results(await kernel.step(input)), expected, (bound) => bound)).toEqual([]);
    }
  });

  it('leave open what of g belongs to no token of the context', () => {
    let bounded = 0;
    for (const [input, known] of cases('float64')) {
      const { bound } = expectedOf(known, kernelRoundoff('float64', {}, true)).backpropagated;
      const { vocabulary: M, contextLength: T, contexts } = input;
      for (const [i, most] of bound.entries()) {
        const row = Math.floor(i / M) * T;
        if (contexts.subarray(row, row + T).includes(i % M))
          bounded += Number(most < Number.POSITIVE_INFINITY);
        else expect(most).toBe(Number.POSITIVE_INFINITY);
      }
    }
    expect(bounded).toBeGreaterThan(0);
  });

  it('are those of the step: float64 on the same numbers agrees far within the bounds of float32', async () => {
    const kernel = await plainKernel({ dtype: 'float64' });
    for (const [input, known] of cases('float32')) {
      const expected = expectedOf(known, kernelRoundoff('float32', {}, true));
      // Two probabilities differ by at most 1: such a bound is not proportional to u.
      if (expected.probabilities.bound.some((bound) => bound >= 1)) continue;
      const wide = Object.fromEntries(MATRICES.map((name) => [name, floats('float64', input[name])]));
      const got = results(await kernel.step({ ...input, ...wide } as StepInput));
      // Every error is proportional to u: 2^-53 against 2^-24. The exact values have a rounding of 2^-53 of their own.
      const allowed = (bound: number, exact: number) => bound * 2 ** -28 + 2 ** -52 * Math.abs(exact);
      expect(beyond(got, expected, allowed)).toEqual([]);
    }
  });

  it('are exceeded by a faulty kernel', async () => {
    const kernel = faulty as unknown as Kernel;
    const exceeded = new Set<string>();
    for (const [input, known] of cases('float32')) {
      const expected = expectedOf(known, kernelRoundoff('float32', {}, false));
      for (const stage of beyond(results(await kernel.step(input)), expected, (bound) => bound))
        exceeded.add(stage);
    }
    expect([...exceeded]).toContain('features');
    expect([...exceeded]).not.toContain('attention');
  });
});

describe('an .npz', () => {
  const shaped = fc
    .tuple(
      fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }),
      fc.constantFrom(Float64Array, Float32Array, Int32Array),
      fc.infiniteStream(fc.double()),
    )
    .map(([shape, Kind, numbers]): Shaped => {
      const length = shape.reduce((a, b) => a * b, 1);
      return { shape, values: new Kind(Array.from({ length }, () => numbers.next().value as number)) };
    });
  it('is read back, array by array and bit by bit', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z][a-z_]{0,11}$/), shaped, { noNullPrototype: true }),
        (arrays) => {
          const read = readNpz(npz(arrays));
          expect(Object.keys(read)).toEqual(Object.keys(arrays));
          for (const [name, { values, shape }] of Object.entries(arrays)) {
            expect(read[name].shape).toEqual(shape);
            expect(read[name].values).toEqual(Array.from(values));
          }
        },
      ),
    );
  });
});

describe('a dump', () => {
  const kernel = (dir: string, change: (text: string) => string) => {
    const python = join(root, 'fixtures', 'kernels', 'python');
    writeFileSync(join(dir, 'kernel.py'), change(readFileSync(join(python, 'numpy_kernel.py'), 'utf8')));
    copyFileSync(join(python, 'snapcheck_kernel.py'), join(dir, 'snapcheck_kernel.py'));
    const [, code] = /```python\n([\s\S]*?)```/.exec(readFileSync(join(dir, 'README.md'), 'utf8'))!;
    const { status, stderr } = spawnSync('python3', ['-B', '-c', code], { cwd: dir, encoding: 'utf8' });
    return { status, stderr };
  };
  const numpy = spawnSync('python3', ['-c', 'import numpy']).status === 0;

  const both = join(folder, 'both');
  let dumped: Awaited<ReturnType<typeof dumpCases>>;
  beforeAll(async () => {
    dumped = await dumpCases(both, settings);
  });

  it('has each call in both forms, with the same numbers, and nothing else', () => {
    const dir = both;
    const { cases, calls, leftOut } = dumped;
    // The calls whose parameters overflow are left out.
    expect(cases).toBe(12);
    expect(leftOut).toBeGreaterThan(0);
    const names = readdirSync(dir).sort();
    expect(names.filter((name) => name.endsWith('.npz'))).toHaveLength(calls);
    expect(names.filter((name) => !/^\d{4}-\d\.(npz|json)$/.test(name))).toEqual(['README.md']);
    const json = names.filter((name) => name.endsWith('.json'));
    expect(json.length).toBeGreaterThan(0);
    for (const name of json) {
      const { input, expected, bound, dtype } = JSON.parse(readFileSync(join(dir, name), 'utf8'));
      expect(dtype).toBe('float32');
      const arrays = readNpz(readFileSync(join(dir, name.replace('.json', '.npz'))));
      const flat = {
        ...input,
        ...Object.fromEntries(JUDGED.map((stage) => [`expected_${stage}`, expected[stage]])),
        ...Object.fromEntries(JUDGED.map((stage) => [`bound_${stage}`, bound[stage]])),
      };
      expect(Object.keys(arrays).sort()).toEqual(Object.keys(flat).sort());
      for (const [key, { values }] of Object.entries(arrays))
        expect(values, `${name} ${key}`).toEqual([flat[key]].flat().map(Number));
    }
  });

  it('is the same for the same seed, and stops at a signal', async () => {
    const [other, stopped] = ['other', 'stopped'].map((name) => join(folder, name));
    await dumpCases(other, settings);
    for (const name of readdirSync(both))
      expect(readFileSync(join(other, name)).equals(readFileSync(join(both, name))), name).toBe(true);
    const controller = new AbortController();
    const onCase = (done: number) => done === 3 && controller.abort();
    const { cases } = await dumpCases(stopped, { ...settings, onCase, signal: controller.signal });
    expect(cases).toBe(4);
  });

  it.skipIf(!numpy)(
    `passes a correct NumPy kernel by the code of its README, and fails a wrong one${numpy ? '' : ' (skipped: there is no NumPy)'}`,
    () => {
      const dir = join(folder, 'numpy');
      cpSync(both, dir, { recursive: true });
      expect(kernel(dir, (text) => text)).toEqual({ status: 0, stderr: '' });
      const wrong = kernel(dir, (text) =>
        text.replace('v / np.sqrt((v * v).sum(axis=1, keepdims=True))', 'v'),
      );
      expect(wrong.status).toBe(1);
      expect(wrong.stderr).toMatch(/AssertionError: \d{4}-\d\.npz: features/);
    },
  );

  const run = (...args: string[]) => here(['kernel', ...args], folder);
  it('is written by the command without a kernel, and beside the verdict of one', async () => {
    const alone = await run('--dump', 'alone', '--runs', '2', '--dtype', 'float64');
    expect(alone).toMatchObject({ status: 0, stdout: '' });
    expect(alone.stderr).toMatch(
      /^alone: \d calls? of 2 cases(; 1 call left out: too large, or overflowing)?$/m,
    );
    const with_ = await run('--builtin', 'float64', '--dump', 'with', '--runs', '2');
    expect(with_.status).toBe(0);
    expect(with_.stdout).toContain('Passes');
    for (const name of readdirSync(join(folder, 'alone')))
      expect(
        readFileSync(join(folder, 'with', name)).equals(readFileSync(join(folder, 'alone', name))),
        name,
      ).toBe(true);
  });

  it('needs a kernel where other options do, and refuses a saved case', async () => {
    expect((await run('--runs', '2')).stderr).toContain('expected one kernel');
    expect((await run('--dump', 'x', '--builtin', 'float64', '--dtype', 'float64')).stderr).toContain(
      '--dtype: it goes with',
    );
    expect((await run('--dump', 'x', '--builtin', 'float64', '--replay', 'y.json')).stderr).toContain(
      '--dump: --replay tests',
    );
  });
});
