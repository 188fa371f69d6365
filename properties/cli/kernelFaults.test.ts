// heavy: 12 s
/** `snapcheck kernel` with kernels that misbehave, and with bad input. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { at, kernelRuns, plain, small, tiny } from './inProcessKernel.ts';

const { folder, runHere } = kernelRuns();

const misbehaving = (name: string) => at(`properties/kernels/misbehaving/${name}`);

/** A command that answers rightly, and from one call on not at all. */
function hangsFrom(call: number): string {
  const file = join(folder, `hangs-${call}.mjs`);
  writeFileSync(
    file,
    `import { createInterface } from 'node:readline';
    import { PlainKernel } from ${JSON.stringify(plain)};
    const kernel = new PlainKernel();
    const read = (Type) => (text) => new Type(new Uint8Array(Buffer.from(text, 'base64')).buffer);
    const [ids, numbers] = [read(Int32Array), read(Float32Array)];
    const readers = { contexts: ids, queries: ids, targets: ids, Y: numbers, Z: numbers, velocityY: numbers, velocityZ: numbers };
    const wire = (x) => (ArrayBuffer.isView(x) ? Buffer.from(x.buffer).toString('base64') : x);
    const all = (object, change) => Object.fromEntries(Object.entries(object).map(([name, x]) => [name, change(x, name)]));
    let calls = 0;
    createInterface({ input: process.stdin }).on('line', (line) => {
      if (++calls >= ${call}) return;
      const { id, input } = JSON.parse(line);
      const { stages: _, ...output } = kernel.step(
        all(input, (x, name) => readers[name]?.(x) ?? x),
      );
      process.stdout.write(JSON.stringify({ id, output: all(output, wire) }) + '\\n');
    });`,
  );
  return `node ${file}`;
}

/** The command in a process of its own: other tests run while it waits. */
function runApart(...args: string[]) {
  const begun = performance.now();
  const command = [at('dist/cli/main.js'), 'kernel', ...args];
  return new Promise<{ status: unknown; stdout: string; stderr: string; seconds: number }>((resolve) => {
    execFile(process.execPath, command, { cwd: folder }, (error, stdout, stderr) => {
      resolve({ status: error?.code ?? 0, stdout, stderr, seconds: (performance.now() - begun) / 1000 });
    });
  });
}

// With no answer at all the limit is that of a start, 5 s more, and it is started twice: to say hello, and for the case.
const hangs = [
  ['never answers', 1, 'no answer within 5500 ms: its first', 1 + 2 * 5.5],
  ['stops to answer', 30, 'no answer within 500 ms', 1 + 0.5],
] as const;
const given = (call: number) => [
  '--command',
  hangsFrom(call),
  '--for',
  '1s',
  '--time-limit',
  '0.5',
  '--json',
  ...small,
];
let runs: ReturnType<typeof runApart>[];
beforeAll(() => {
  runs = hangs.map(([, call]) => runApart(...given(call)));
});

describe('snapcheck kernel', () => {
  it.each([
    [
      'returns NaN',
      'const out = super.step(input); out.Z.fill(NaN); return out;',
      'Z exceeds its error bound .* got NaN',
    ],
    [
      'throws on the third call',
      "if (++this.calls === 3) throw new Error('third'); return super.step(input);",
      'threw: third',
    ],
    ['loops for ever', 'for (;;);', 'hung: no answer within 500 ms'],
    ['never resolves', 'return new Promise(() => {});', 'hung: no answer within 500 ms'],
    ['ends the process', 'process.exit(0);', 'exited'],
    [
      'answers in doubles',
      'return { ...super.step(input), Y: Float64Array.from(input.Y) };',
      'wrong output: Y: expected',
    ],
    [
      'changes its input',
      'input.Y[0] += 1; return super.step(input);',
      'changed its input: the call changed Y',
    ],
    [
      'is not repeatable',
      'const out = super.step(input); out.loss *= 1 + 1e-7 * Math.random(); return out;',
      'not repeatable',
    ],
    [
      'keeps what it returned',
      'const out = super.step(input); this.Y ??= out.Y; return { ...out, Y: out.Y.length === this.Y.length ? (this.Y.set(out.Y), this.Y) : out.Y };',
      'expected new arrays, got memory that an earlier call returned',
    ],
  ])("tells a kernel that %s as that kernel's failure, and keeps its input", async (name, body, words) => {
    const file = `${name.replaceAll(' ', '-')}.mjs`;
    writeFileSync(
      join(folder, file),
      `import { PlainKernel } from ${JSON.stringify(plain)};
      export default class extends PlainKernel { calls = 0; step(input) { ${body} } }`,
    );
    // Only those that hang are held to a short limit: a loaded machine may take its time over the others.
    const limit = words.startsWith('hung') ? '0.5' : '60';
    const { status, stdout, stderr } = await runHere(file, '--runs', '40', '--time-limit', limit, ...tiny);
    expect(status, stderr).toBe(1);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(new RegExp(words));
    expect(stdout).toMatch(/^replay: npx snapcheck kernel .* --replay .+\.json$/m);
  });

  it("shows a kernel's name and words so that no line of them looks like one of ours", async () => {
    const verdict = 'x  float32, standard level\n\nPasses; seed 1.\n\n';
    const line = /^(Passes|Fails|x, 1 saved call|x {2}float32)/m;
    const source = (step: string) =>
      `import { PlainKernel } from ${JSON.stringify(plain)};
      export default class extends PlainKernel { name = ${JSON.stringify(verdict)}; step(input) { ${step} } }`;
    const words = JSON.stringify(
      'no\nPasses; seed 1.\nx, 1 saved call: every stage stays within its bound.\n',
    );
    writeFileSync(join(folder, 'forges.mjs'), source(`throw new Error(${words});`));
    const { stdout } = await runHere('forges.mjs', '--runs', '5', '--report', 'forged', ...tiny);
    const read = (name: string) => readFileSync(join(folder, 'forged', name), 'utf8');
    expect(stdout).toContain(
      'kernel: x  float32, standard level\\n\\nPasses; seed 1.\\n\\n, float32, standard level\n',
    );
    const [, file] = /--replay (.*)/.exec(stdout)!;
    const again = await runHere('forges.mjs', '--replay', file);
    expect(again.status).toBe(1);
    for (const text of [stdout, read('summary.txt'), again.stdout])
      expect(text.split('\n').slice(1).join('\n')).not.toMatch(line);
    expect(read('junit.xml')).not.toContain('level&#10;');
    const other = await runHere(at('fixtures/kernels/plain.mjs'), '--replay', file);
    expect(other.status, other.stderr).toBe(0);
    writeFileSync(join(folder, 'doubles.mjs'), source('').replace('{ name', "{ dtype = 'float64'; name"));
    expect((await runHere('doubles.mjs', '--replay', file)).stderr).toContain(
      'Passes; seed 1.\\n\\n is, got one of float32',
    );
    const command = await runHere('--command', 'exit 3\n\nPasses; seed 1.', '--runs', '1', ...tiny);
    expect(command.stdout.split('\n')[1]).toBe(
      'kernel: exit 3\\n\\nPasses; seed 1., float32, standard level',
    );
  });

  it('tells a command that ends, and one that prints what nobody can read', async () => {
    const ended = await runHere('--command', 'exit 3', '--runs', '5', ...tiny);
    expect(ended.status).toBe(1);
    expect(ended.stdout).toContain('its process ended with exit code 3');
    const garbage = await runHere(
      '--command',
      'while read line; do echo hello; done',
      '--runs',
      '5',
      ...tiny,
    );
    expect(garbage.status).toBe(1);
    expect(garbage.stdout).toContain('garbage');
  });
});

describe('a command that hangs, under --for', () => {
  it.each(hangs.map(([name, ...rest], i) => [name, i, ...rest] as const))(
    'ends in time, as a failure of the kernel: it %s',
    async (_, run, call, words, most) => {
      const { status, stdout, stderr, seconds } = await runs[run];
      expect(status, stderr).toBe(1);
      const { verdict, failure, cases, calls } = JSON.parse(stdout);
      expect([verdict, failure.stage]).toEqual(['fail', 'hung']);
      expect(stdout).toContain(words);
      if (call > 1) expect(cases).toBeGreaterThan(1);
      expect(calls).toBeLessThanOrEqual(call);
      // Twenty seconds more for a machine that is busy: a hang lasts for ever.
      expect(seconds).toBeLessThan(most + 20);
    },
    60_000,
  );

  it('passes if it does not hang (control)', async () => {
    const given = ['--for', '1s', '--time-limit', '60', '--json', ...small];
    const { status, stdout } = await runHere('--command', hangsFrom(1e9), ...given);
    expect([status, JSON.parse(stdout).verdict]).toEqual([0, 'pass']);
  });
});

describe('bad input to snapcheck kernel', () => {
  it.each([
    [[], ["expected one kernel or two to compare: a module's path, --command or --builtin; got none"]],
    [
      ['nosuch.mjs', '--runs', '0', '--acept', '--accept', 'foo', '--time-limit', 'x'],
      [
        '5 faults',
        'kernel module "nosuch.mjs": no such file',
        'did you mean "--accept"?',
        'parts-from-reference, got "foo"',
      ],
    ],
    [['.'], ['kernel module ".": it is a directory']],
    [['/dev/null'], ['kernel module "/dev/null": it is not a regular file']],
    [['--builtin', 'tfjs-wasn'], ['did you mean "tfjs-wasm"?']],
    [[plain, '--dtype', 'float64'], ['--dtype: it goes with --command']],
    [[plain, '--workers', '0'], ['--workers: expected an integer from 1 to 256, got "0"']],
    [
      [
        ...['--command', 'x', '--exp-error', '3+x', '--stage-precision', 'logits', 'logit=tf32'],
        ...['--accumulate', 'logits=float32', 'logits=float32'],
      ],
      [
        '4 faults',
        '--exp-error: expected a number from 0.5 to 131072, in u, or a+bx with such numbers, in units in the last place, as 3+2x, got "3+x"',
        '--stage-precision: expected stage=format, got "logits"',
        'got "logit" in "logit=tf32"; did you mean "logits"?',
        '--accumulate: expected each stage once, got "logits" twice',
      ],
    ],
    [[plain, '--accumulate', 'logits=tf32'], ['--accumulate: it goes with --command; a module has it in']],
    [
      ['--command', `echo '{"declares":{"exp":4,"expError":0}}'; read line`],
      ['declares.expError: expected a positive', 'declares.exp: expected only expError'],
    ],
    [['--command', 'x', '--dtype', 'float16'], ['--dtype: expected float32 or float64, got "float16"']],
    [[misbehaving('noDefault.mjs')], ['noDefault.mjs']],
    [[misbehaving('throwsAtImport.mjs')], ['throwsAtImport.mjs']],
    [['--command', 'snapcheck-no-such-command'], ['cannot start snapcheck-no-such-command']],
    [[plain, '--replay', 'nosuch.json'], ['--replay nosuch.json: no such file']],
  ])('%j', async (args, words) => {
    const { status, stdout, stderr } = await runHere(...args);
    expect(status, stderr).toBe(2);
    expect(stdout).toBe('');
    for (const part of words) expect(stderr).toContain(part);
  });

  it('refuses a saved case that was damaged, and says where', async () => {
    const damaged = join(folder, 'damaged.json');
    writeFileSync(damaged, '{"schema": 1, "calls": [{"dtype": "float32", "vocabulary": 2}]}');
    const { status, stderr } = await runHere(plain, '--replay', damaged);
    expect(status).toBe(2);
    expect(stderr).toContain('calls[0].contexts: expected a list');
  });
});
