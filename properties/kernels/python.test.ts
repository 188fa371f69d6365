import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processHost } from '../../src/kernels/hosts/process.ts';
import { MATRICES, type StepInput } from '../../src/model/stepInput.ts';
import { expectServing, faultOf, here, kept, patient, temporary } from './hosting.ts';
import { someInput, stepInputs } from './inputs.ts';
import { plainStep } from './plainStep.ts';

const runs = (...args: string[]): boolean => {
  try {
    execFileSync('python3', args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const examples = [
  { file: 'plain_kernel.py', dtypes: ['float64'], missing: runs('-c', '') ? '' : 'python3' },
  {
    file: 'numpy_kernel.py',
    dtypes: ['float64', 'float32'],
    missing: runs('-c', 'import numpy') ? '' : 'NumPy',
  },
] as const;

// Smoke tests with empirical tolerances; other tests check kernels against bounds per element.
const TOLERANCE = { float64: 1e-9, float32: 1e-3 };

describe.each(examples)('fixtures/kernels/$file', ({ file, dtypes, missing }) => {
  const path = here(`../../fixtures/kernels/${file}`);
  const command = `PYTHONDONTWRITEBYTECODE=1 python3 ${path}`;
  for (const dtype of dtypes)
    it.skipIf(missing)(
      `computes a step in ${dtype}${missing && ` (skipped: there is no ${missing})`}`,
      async () => {
        const host = kept(processHost(command, { ...patient, dtype }));
        const near = (got: ArrayLike<number>, expected: readonly number[]) => {
          expect(got.length).toBe(expected.length);
          const size = Math.max(1, ...expected.map(Math.abs));
          for (const [i, x] of expected.entries())
            expect(Math.abs(got[i] - x)).toBeLessThan(TOLERANCE[dtype] * size);
        };
        const agrees = async (input: StepInput) => {
          const [got, expected] = [await host.step(input), plainStep(input)];
          for (const name of MATRICES) near(got[name], expected[name]);
          near([got.loss], [expected.loss]);
          expect(Object.keys(got.stages!)).toStrictEqual(Object.keys(expected.stages));
          for (const name of Object.keys(expected.stages) as (keyof typeof expected.stages)[])
            near(got.stages![name]!, expected.stages[name]);
        };
        await agrees(someInput(dtype, 7));
        await fc.assert(fc.asyncProperty(stepInputs(dtype), agrees), { numRuns: 50 });
      },
    );

  it.skipIf(missing)(
    `reports an exception with its text, and continues${missing && ` (skipped: there is no ${missing})`}`,
    async () => {
      const host = kept(processHost(command, { ...patient, dtype: 'float64' }));
      const outside = { ...someInput('float64'), targets: Int32Array.of(0, 99) };
      expect(await faultOf(host.step(outside))).toMatchObject({
        kind: 'threw',
        message: expect.stringMatching(/^IndexError: /),
      });
      expect(Number.isFinite((await host.step(someInput('float64'))).loss)).toBe(true);
    },
  );
});

describe.skipIf(process.platform !== 'linux' || !runs('-c', ''))('the memory of a kernel that forks', () => {
  const file = join(temporary, 'forks.py');
  writeFileSync(
    file,
    `import json, os, sys, time
held = bytearray(b"x") * (90 * 2**20)
writes = sys.argv[1] == "writes"
for _ in range(4):
    if os.fork() == 0:
        if writes:
            for page in range(0, len(held), 4096):
                held[page] = 0
        time.sleep(1000)
# What is shared has to be looked at; what is not ends it.
time.sleep(1000 if writes else 3)
for line in sys.stdin:
    request = json.loads(line)
    output = {name: request["input"][name] for name in ("Y", "Z", "velocityY", "velocityZ")}
    print(json.dumps({"id": request["id"], "output": {**output, "loss": 0}}), flush=True)
`,
  );
  const host = (how: string) =>
    kept(
      processHost(`python3 ${file} ${how}`, {
        ...patient,
        dtype: 'float32' as const,
        memoryLimit: 300 * 2 ** 20,
      }),
    );

  it('is counted once if its processes share it', async () => {
    await expectServing(host('shares'));
  });

  it('is counted for each process that has its own', async () => {
    const { kind, message } = await faultOf(host('writes').step(someInput()));
    expect(kind).toBe('took too much memory');
    // Nothing is counted twice: five times 90 MiB, and less than five times 20 for Python.
    const [, mebibytes] = /^(\d+) MiB;/.exec(message)!;
    expect(Number(mebibytes)).toBeLessThan(5 * 110);
  });
});
