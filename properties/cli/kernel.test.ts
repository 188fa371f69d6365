// heavy: 9 s
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { at, faulty, kernelRuns, plain, small } from './inProcessKernel.ts';

const { folder, runHere } = kernelRuns();

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
    const ofRun = [...ofSizes, '--runs 3', '--for 100s', '--seed 7', '--workers 1', '--json', '--report all'];
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
    // Refused beside --for; fleetCampaign.test.ts has the command of a failure that a fleet found.
    others.push('--queue', '--campaign', '--unsafe-queue');
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
});

describe('interruption', () => {
  it('prints what was found and leaves with 130', async () => {
    const child = spawn(
      process.execPath,
      [at('dist/cli/main.js'), 'kernel', plain, '--runs', '1000000', ...small],
      {
        cwd: folder,
      },
    );
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
