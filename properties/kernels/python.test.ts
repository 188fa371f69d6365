// heavy: 6 s
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processHost } from '../../src/kernels/hosts/process.ts';
import { MATRICES, type StepInput } from '../../src/model/stepInput.ts';
import { closesHosts, expectServing, faultOf, here, kept, patient, temporary } from './hosting.ts';
import { someInput, stepInputs } from './inputs.ts';
import { plainStep } from './plainStep.ts';

closesHosts();

const starts = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const runs = (...args: string[]): boolean => starts('python3', ...args);
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

describe.each(examples)('fixtures/kernels/python/$file', ({ file, dtypes, missing }) => {
  const path = here(`../../fixtures/kernels/python/${file}`);
  const command = `PYTHONDONTWRITEBYTECODE=1 python3 ${path}`;
  for (const [dtype, frames] of dtypes.flatMap((dtype) => [[dtype, false] as const, [dtype, true] as const]))
    it.skipIf(missing)(
      `computes a step in ${dtype}, in ${frames ? 'frames' : 'JSON lines'}${missing && ` (skipped: there is no ${missing})`}`,
      async () => {
        const host = kept(processHost(command, { ...patient, dtype, frames }));
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

  it.skipIf(missing).each([{ frames: false }, { frames: true }])(
    `reports an exception with its traceback, and continues, %j${missing && ` (skipped: there is no ${missing})`}`,
    async ({ frames }) => {
      const host = kept(processHost(command, { ...patient, dtype: 'float64', frames }));
      const outside = { ...someInput('float64'), targets: Int32Array.of(0, 99) };
      const { kind, message } = await faultOf(host.step(outside));
      expect(kind).toBe('threw');
      const [first, ...lines] = message.split('\n');
      expect(first).toMatch(/^IndexError: /);
      expect(lines[0]).toMatch(/^ {2}File ".*_kernel.py", line \d+, in step$/);
      expect(lines.length).toBeLessThanOrEqual(8);
      expect(message).not.toContain('snapcheck_kernel.py');
      expect(Number.isFinite((await host.step(someInput('float64'))).loss)).toBe(true);
    },
  );
});

const python = runs('-c', '');
describe.skipIf(!python)(`snapcheck_kernel${python ? '' : ' (skipped: there is no python3)'}`, () => {
  const serving = (body: string, serve = 'serve(step, numpy=False)') => {
    const file = join(
      temporary(),
      `kernel-${createHash('sha256')
        .update(body + serve)
        .digest('hex')}.py`,
    );
    const head = `import sys\nsys.path.insert(0, ${JSON.stringify(here('../../fixtures/kernels/python'))})\n`;
    const lines = body.split('\n').map((line) => `    ${line}\n`);
    writeFileSync(
      file,
      `${head}from snapcheck_kernel import serve\ndef step(step):\n${lines.join('')}${serve}\n`,
    );
    return `PYTHONDONTWRITEBYTECODE=1 python3 ${file}`;
  };
  const echo = 'return {**{name: step[name] for name in ("Y", "Z", "velocityY", "velocityZ")}, "loss": 0}';
  const both = [{ frames: false }, { frames: true }];

  it.each(both)('sends what it gets, bit by bit, %j', async ({ frames }) => {
    const command = serving(`print("what a step prints goes to standard error")\n${echo}`);
    const dtype = 'float32';
    await expectServing(kept(processHost(command, { ...patient, dtype, frames })));
  });

  it.each(both)('declares its arithmetic, %j', async ({ frames }) => {
    const declares = { expError: { ulps: 3, perUnit: 2 }, accumulate: { logits: 'bfloat16' } } as const;
    const command = serving(echo, `serve(step, numpy=False, declares=${JSON.stringify(declares)})`);
    const host = kept(processHost(command, { ...patient, dtype: 'float32', frames }));
    await host.ready!();
    expect(host.declares).toEqual(declares);
    await expectServing(host);
  });

  it.each(both)('cuts a long error, %j', async ({ frames }) => {
    const command = serving('raise ValueError("x" * 10_000)');
    const { message } = await faultOf(
      kept(processHost(command, { ...patient, dtype: 'float32', frames })).step(someInput()),
    );
    expect(message).toMatch(/^ValueError: x{1000}/);
    expect(message.length).toBeLessThan(2000);
  });

  it.each(both)('leaves wrong types and lengths to Snapcheck, %j', async ({ frames }) => {
    const command = serving(
      'from array import array\nreturn {"Y": array("d", step["Y"]), "Z": [1.0], "velocityY": step["Y"], "velocityZ": step["Z"], "loss": 0}',
    );
    const failed = await faultOf(
      kept(processHost(command, { ...patient, dtype: 'float32', frames })).step(someInput()),
    );
    expect(failed).toMatchObject({
      kind: 'wrong output',
      message: expect.stringMatching(/^Y: .* got a Float64Array of 16; Z: .* got a Float32Array of 1$/),
    });
  });

  it('sends a declaration first, and only if there is one', () => {
    const printed = (serve: string) =>
      execFileSync('sh', ['-c', serving(echo, serve)], { input: '', encoding: 'utf8' });
    expect(printed('serve(step, numpy=False)')).toBe('');
    expect(printed('serve(step, numpy=False, declares={"expError": 8})')).toBe(
      '{"declares": {"expError": 8}}\n',
    );
  });

  // The first may be a Python of the user's own, the second is the system's.
  const tools = ['python3', '/usr/bin/python3'].find((name) =>
    starts(name, '-c', 'import setuptools, wheel, pip'),
  );
  it.skipIf(!tools)(
    `is installed from the clone by pip, without a network${tools ? '' : ' (skipped: pip, setuptools or wheel is missing)'}`,
    () => {
      // setuptools builds in the folder of the sources.
      const source = join(temporary(), 'source');
      cpSync(here('../../fixtures/kernels/python'), source, { recursive: true });
      const target = join(temporary(), 'installed');
      const options = ['--no-index', '--no-build-isolation', '--no-deps', '--quiet', '--target', target];
      execFileSync(tools!, ['-m', 'pip', 'install', ...options, source], { stdio: 'pipe' });
      const use = 'import snapcheck_kernel; print(snapcheck_kernel.__file__)';
      const env = { ...process.env, PYTHONPATH: target };
      expect(execFileSync(tools!, ['-c', use], { cwd: temporary(), env, encoding: 'utf8' })).toBe(
        `${join(target, 'snapcheck_kernel.py')}\n`,
      );
    },
  );
});

describe.skipIf(process.platform !== 'linux' || !runs('-c', ''))('the memory of a kernel that forks', () => {
  const file = join(temporary(), 'forks.py');
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
