// heavy: 20 s
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { here } from '../attack/inProcess.ts';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const main = at('dist/cli/main.js');
const plain = at('fixtures/kernels/plain.mjs');
const faulty = at('fixtures/kernels/faulty.mjs');
const misbehaving = (name: string) => at(`properties/kernels/misbehaving/${name}`);

const folder = mkdtempSync(join(tmpdir(), 'snapcheck-kernel-'));
afterAll(() => rmSync(folder, { recursive: true }));
/** For tests that are not about sizes: a call takes milliseconds. */
const small = ['--max-vocabulary', '96', '--max-length', '300', '--max-batch', '16'];
/** In this process: without a start of Node for each. */
const runHere = (...args: string[]) => here(['kernel', ...args], folder);

describe('snapcheck kernel', () => {
  it('passes a correct module, and says how near each stage came to its bound', async () => {
    const { status, stdout } = await runHere(plain, '--runs', '8', '--strict');
    expect(status, stdout).toBe(0);
    for (const part of ['attention', 'gradientZ', 'Passes', 'regimes', 'sizes up to M = '])
      expect(stdout).toContain(part);
  });

  it('names the stage at fault, keeps the small input, and replays it', async () => {
    const { status, stdout } = await runHere(faulty, '--runs', '60', ...small);
    expect(status).toBe(1);
    expect(stdout).toContain('features exceeds its error bound');
    expect(stdout).toContain('Confirmed in 50 digits.');
    const [, command] = /replay: npx snapcheck kernel (.*)/.exec(stdout)!;
    const again = await runHere(...command.split(' '));
    expect(again.status).toBe(1);
    expect(again.stdout).toContain('features exceeds its error bound');
    const file = command.split(' ').at(-1)!;
    expect(await runHere(plain, '--replay', file)).toMatchObject({ status: 0 });
    expect(JSON.parse(readFileSync(join(folder, file), 'utf8')).calls[0]).toMatchObject({
      contextLength: 1,
      etaY: 1,
    });
  });

  it('puts one JSON document alone on standard output', async () => {
    const { stdout } = await runHere(faulty, '--runs', '60', '--json', ...small);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      schema: 2,
      kernel: 'faulty',
      dtype: 'float32',
      verdict: 'fail',
      warnings: [],
      failure: { stage: 'features', confirmed: true, repeats: true, shape: { contextLength: 1, batch: 1 } },
    });
    expect(document.stages).toContainEqual(expect.objectContaining({ stage: 'features', verdict: 'fail' }));
    expect(document.regimes.plain).toBeGreaterThan(0);
    expect(JSON.parse((await runHere(plain, '--runs', '5', '--json', ...small)).stdout)).toMatchObject({
      verdict: 'pass',
      failure: null,
    });
  });

  it('prints a replay with the limit that the kernel broke', async () => {
    writeFileSync(
      join(folder, 'waits.mjs'),
      `import { PlainKernel } from ${JSON.stringify(plain)};
      export default class extends PlainKernel { step() { return new Promise(() => {}); } }`,
    );
    const { stdout } = await runHere('waits.mjs', '--runs', '1', '--time-limit', '0.3');
    const [, command] = /replay: npx snapcheck kernel (.*)/.exec(stdout)!;
    expect((await runHere(...command.split(' '))).stdout).toContain('hung: no answer within 300 ms');
  });

  it('prints a replay with every option but those that choose cases or how they are told', async () => {
    const ofSizes = ['--max-vocabulary 99', '--max-length 99', '--max-batch 9'];
    const ofRun = [...ofSizes, '--runs 3', '--seed 7', '--workers 1', '--json', '--report all'];
    const ofCase = [
      '--command "exit 3"',
      '--frames',
      '--dtype float64',
      '--exp-error 3+2x',
      '--stage-precision logits=bfloat16 features=float16',
      '--accumulate logits=bfloat16',
      '--strict',
      '--nondeterministic',
      '--batch-invariant',
      '--accept frozen-residual absorbed-updates',
      '--time-limit 60',
      '--memory-limit 500',
    ];
    const words = [...ofCase, ...ofRun].flatMap((text) => text.match(/"[^"]+"|[^ ]+/g)!);
    const { stdout } = await runHere(...words.map((text) => text.replaceAll('"', '')));
    const { replay } = JSON.parse(stdout).failure;
    for (const text of ofCase) expect(replay).toContain(` ${text.replaceAll('"', "'")}`);
    for (const text of ofRun) expect(replay).not.toContain(text);
    // An option that is new says here on which side it is.
    const others = ['--builtin', '--replay', '--shapes', '--dump', '--bench'];
    const options = (await runHere('--help')).stdout.matchAll(/(?:^ {2}|Also: |, )(--[a-z-]+)/gm);
    const known = [...words.filter((text) => text.startsWith('--')), ...others];
    expect([...options].map(([, name]) => name).sort()).toEqual(known.sort());
  });

  it('keeps the cases of kernels with one name apart', async () => {
    const kept = [];
    for (const i of [0, 1]) {
      const file = `named${i}.mjs`;
      const kernel = `{ name: '核心', dtype: 'float32', step() { throw new Error('this is ${i}'); } }`;
      writeFileSync(join(folder, file), `export default ${kernel};\n`);
      const { failure } = JSON.parse((await runHere(file, '--runs', '1', '--json')).stdout);
      kept.push({ i, ...failure });
    }
    expect(kept[0].input).not.toBe(kept[1].input);
    for (const { i, input, replay } of kept) {
      expect(basename(input)).toMatch(/^kernel-[0-9a-f]{8}\.threw\.json$/);
      const saved = JSON.parse(readFileSync(join(folder, input), 'utf8'));
      expect(saved).toMatchObject({ kernel: '核心', failed: expect.stringContaining(`this is ${i}`) });
      expect(replay).toContain(`kernel named${i}.mjs --replay ${input}`);
    }
  });

  it('writes a report where it is asked to', async () => {
    expect((await runHere(faulty, '--runs', '60', '--report', 'out', ...small)).status).toBe(1);
    const read = (name: string) => readFileSync(join(folder, 'out', name), 'utf8');
    const { input } = JSON.parse(read('result.json')).failure;
    expect(input).toMatch(/^out.faulty-[0-9a-f]{8}\.features\.json$/);
    expect(read('summary.txt')).toContain('Fails');
    expect(JSON.parse(readFileSync(join(folder, input), 'utf8')).calls).toHaveLength(1);
  });

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
    const { status, stdout, stderr } = await runHere(file, '--runs', '40', '--time-limit', limit, ...small);
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
    const { stdout } = await runHere('forges.mjs', '--runs', '5', '--report', 'forged');
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
    const command = await runHere('--command', 'exit 3\n\nPasses; seed 1.', '--runs', '1');
    expect(command.stdout.split('\n')[1]).toBe(
      'kernel: exit 3\\n\\nPasses; seed 1., float32, standard level',
    );
  });

  it('allows what --nondeterministic allows, and demands what --batch-invariant demands, in a replay too', async () => {
    const source = (change: string) =>
      `import { PlainKernel } from ${JSON.stringify(plain)};
      export default class extends PlainKernel { calls = 0; step(input) { const out = super.step(input); ${change}; return out; } }`;
    // A last bit of the loss in every second call: within its bound.
    const bit =
      'const loss = Float32Array.of(out.loss); if (++this.calls % 2 === 0 && loss[0] > 0) new Int32Array(loss.buffer)[0] += 1; out.loss = loss[0]';
    writeFileSync(join(folder, 'atomic.mjs'), source(bit));
    const strict = await runHere('atomic.mjs', '--runs', '8', '--json', ...small);
    const { failure } = JSON.parse(strict.stdout);
    expect([strict.status, failure.stage]).toEqual([1, 'not repeatable']);
    expect(failure.difference).toMatchObject({ stage: 'loss', element: [] });
    const allowed = await runHere('atomic.mjs', '--runs', '8', '--nondeterministic', '--json', ...small);
    const { stages } = JSON.parse(allowed.stdout) as { stages: { stage: string; spread: { ulp: number } }[] };
    expect([allowed.status, stages.find(({ stage }) => stage === 'loss')!.spread.ulp]).toEqual([0, 1]);
    const replayed = (...options: string[]) =>
      runHere('atomic.mjs', '--replay', failure.input, ...options).then(({ status }) => status);
    expect([await replayed(), await replayed('--nondeterministic')]).toEqual([1, 0]);

    const shares = 'if (input.queries.length > 1) new Int32Array(out.stages.probabilities.buffer)[0] += 1';
    writeFileSync(join(folder, 'batch.mjs'), source(shares));
    expect((await runHere('batch.mjs', '--runs', '8', ...small)).status).toBe(0);
    const { status, stdout } = await runHere('batch.mjs', '--runs', '8', '--batch-invariant', ...small);
    expect([status, stdout.split('\n')[0]]).toEqual([1, 'Fails: depends on its batch']);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /probabilities of a sequence changed when it was called .*, at sequence 0, id 0/,
    );
    const [, command] = /replay: npx snapcheck kernel (.*)/.exec(stdout)!;
    expect((await runHere(...command.split(' '))).status).toBe(1);
    expect((await runHere(...command.replace(' --batch-invariant', '').split(' '))).status).toBe(0);
  });

  it('tells a command that ends, and one that prints what nobody can read', async () => {
    const ended = await runHere('--command', 'exit 3', '--runs', '5');
    expect(ended.status).toBe(1);
    expect(ended.stdout).toContain('its process ended with exit code 3');
    const garbage = await runHere('--command', 'while read line; do echo hello; done', '--runs', '5');
    expect(garbage.status).toBe(1);
    expect(garbage.stdout).toContain('garbage');
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
        '--exp-error: expected a number from 0.5 to 8388608, in u, or a+bx with such numbers, in units in the last place, as 3+2x, got "3+x"',
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

describe('interruption', () => {
  it('prints what was found and leaves with 130', async () => {
    const child = spawn(process.execPath, [main, 'kernel', plain, '--runs', '1000000', ...small], {
      cwd: folder,
    });
    let [out, sent] = ['', false];
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', () => {
      if (!sent) setTimeout(() => child.kill('SIGINT'), 1000);
      sent = true;
    });
    const code = await new Promise((done) => child.on('exit', done));
    expect(code).toBe(130);
    expect(out).toContain('Interrupted after');
    expect(out).toContain('features');
  });
});
