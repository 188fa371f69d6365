// heavy: 4 s
/** What a kernel's process declares in its hello message, a line before its first answer. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeHello } from '../../src/kernels/hosts/declaration.ts';
import { type ProcessOptions, processHost } from '../../src/kernels/hosts/process.ts';
import { type Declaration, NoKernel } from '../../src/kernels/kernel.ts';
import { runKernel } from '../../src/kernels/run.ts';
import {
  calm,
  closesHosts,
  expectServing,
  faultOf,
  kept,
  misbehaving,
  patient,
  temporary,
} from './hosting.ts';

closesHosts();

const echo = `exec ${process.execPath} ${misbehaving('process.mjs')} none`;
const host = (command: string, options: Partial<ProcessOptions> = {}) =>
  kept(processHost(command, { ...patient, dtype: 'float32', ...options }));
const saying = (line: string, then = echo) => `printf '%s\\n' '${line}'; ${then}`;
const ALL: Declaration = {
  expError: { ulps: 3, perUnit: 2 },
  stagePrecision: { logits: 'bfloat16' },
  accumulate: { logits: 'bfloat16', gradientY: 'float64' },
};

describe('a hello message', () => {
  it('declares what a module does, before the first answer', async () => {
    const declaring = host(saying(JSON.stringify({ declares: ALL })));
    expect(declaring.declares).toEqual({});
    await declaring.ready!();
    expect(declaring.declares).toEqual(ALL);
    await expectServing(declaring);
    await declaring.restart();
    await expectServing(declaring);
  });

  it('is not needed', async () => {
    const silent = host(echo, { declares: { expError: 8 } });
    await silent.ready!();
    await silent.ready!();
    expect(silent.declares).toEqual({ expError: 8 });
    await expectServing(silent);
  });

  it('adds to the options, and contradicts none of them', async () => {
    const line = '{"declares":{"stagePrecision":{"logits":"tf32"}}}';
    const both = host(saying(line), { declares: { expError: 8 } });
    await both.ready!();
    expect(both.declares).toEqual({ expError: 8, stagePrecision: { logits: 'tf32' } });
    const twice = host(saying(line), { declares: { stagePrecision: { logits: 'tf32' } } });
    await expect(twice.ready!()).rejects.toThrow(
      'declares.stagePrecision: expected once, is in its hello message and in the options',
    );
  });

  it('is in the result of a run', async () => {
    const declaring = host(saying('{"declares":{"expError":8}}'));
    expect(await runKernel(declaring, { runs: 1, shrinkSeconds: 0 })).toMatchObject({
      declares: { expError: 8 },
    });
  });

  it('may not allow exp any error at all: the bounds would pass a kernel that does nothing', async () => {
    for (const expError of [1e30, { ulps: 1e30, perUnit: 0 }, { ulps: 3, perUnit: 1e30 }]) {
      const refused = host(saying(JSON.stringify({ declares: { expError } })), { name: 'mine' }).step(calm);
      await expect(refused).rejects.toThrow(/declares\.expError.*131072/);
    }
  });

  it('has all its faults reported, as those of a module', async () => {
    const line = JSON.stringify({
      declares: {
        expError: { ulps: 0, perUnit: -1, units: 3 },
        stagePrecision: { logit: 'tf32', logits: 'float8' },
        accumulate: ['float32'],
        exp: 4,
      },
      name: 'mine',
    });
    const refused = host(saying(line), { name: 'mine' }).step(calm);
    await expect(refused).rejects.toThrow(NoKernel);
    await expect(refused).rejects.toThrow(
      [
        'mine: declares.expError.ulps: expected a positive number up to 131072, got 0',
        'declares.expError.perUnit: expected a number from 0 to 131072, got -1',
        'declares.expError.units: expected only ulps and perUnit here',
        'declares.exp: expected only expError, stagePrecision and accumulate here',
        'declares.stagePrecision.logit: no such stage; expected one of attention, features, logits, ' +
          'probabilities, residual, backpropagated, gradientY, gradientZ',
        "declares.stagePrecision.logits: expected one of bfloat16, float16, tf32, got 'float8'",
        'declares.accumulate.0: no such stage; expected one of attention, features, logits, ' +
          'probabilities, residual, backpropagated, gradientY, gradientZ',
        'name: expected only declares in a hello message',
      ].join('; '),
    );
  });

  it.each([
    ['{"declares":3}', /declares: expected an object, got 3$/],
    ['{"declares":null}', /declares: expected an object, got null$/],
    ['{"declares":{"expError":1e999}}', /its hello message: .*1e999/],
    ['{"declares":{"expError":4,"expError":8}}', /its hello message: .*expError/],
    ['{"declares":{', /its hello message: .*cut off or malformed/],
  ])('is refused: %s', async (line, message) => {
    const refused = host(saying(line)).ready!();
    await expect(refused).rejects.toThrow(NoKernel);
    await expect(refused).rejects.toThrow(message);
  });

  it('comes once, and first', async () => {
    const line = '{"declares":{}}';
    const twice = host(saying(line, saying(line)));
    expect(await faultOf(twice.step(calm))).toMatchObject({ kind: 'garbage' });
    const late = host(`${saying('computing..', saying(line))}`);
    expect(await faultOf(late.step(calm))).toMatchObject({ kind: 'garbage' });
  });

  it('says the same after every start', async () => {
    const file = join(temporary(), 'starts');
    const changing = host(
      `if [ -e ${file} ]; then n=5; else n=4; touch ${file}; fi; echo "{\\"declares\\":{\\"expError\\":$n}}"; ${echo}`,
    );
    await changing.ready!();
    expect(existsSync(file)).toBe(true);
    await expectServing(changing);
    await changing.restart();
    expect(await faultOf(changing.step(calm))).toMatchObject({
      kind: 'garbage',
      message: 'it declares {"expError":5}, and declared {"expError":4} at its first start',
    });
  });

  it('of a kernel that fails its first call is kept, and the fault is left to the run', async () => {
    const failing = host(saying('{"declares":{"expError":8}}', 'read line; exit 3'));
    await failing.ready!();
    expect(failing.declares).toEqual({ expError: 8 });
    expect(await faultOf(failing.step(calm))).toMatchObject({ kind: 'exited' });
  });

  it('in frames is a frame of its own type', async () => {
    const frame = (text: string) =>
      `${process.execPath} -e '
        const head = Buffer.from("SNAP\\1\\0\\4\\0\\0\\0\\0\\0\\0\\0\\0\\0", "latin1");
        head[8] = ${text.length};
        process.stdout.write(head); process.stdout.write(Buffer.from("${Buffer.from(text).toString('base64')}", "base64"));
      '; head -c 1 > /dev/null`;
    const declaring = host(frame('{"declares":{"expError":8}}'), { frames: true });
    await declaring.ready!();
    expect(declaring.declares).toEqual({ expError: 8 });
    await expect(host(frame('declares: 8'), { frames: true }).ready!()).rejects.toThrow(
      'its hello message: expected {"declares": ..}, got "declares: 8"',
    );
  });
});

describe('decodeHello', () => {
  it('leaves every other message alone', () => {
    for (const text of ['{"id":1,"declares":{}}', '["declares"]', '', '{"output":{"declares":{}}}'])
      expect(decodeHello(text)).toBeUndefined();
  });
  it('counts faults beyond the first twenty', () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, i]));
    const { faults } = decodeHello(JSON.stringify({ declares: many }))!;
    expect(faults).toHaveLength(21);
    expect(faults[20]).toBe('and 980 more');
  });
});
