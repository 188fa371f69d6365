// heavy: 15 s
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type Limits, startLimitOf } from '../../src/kernels/hosts/host.ts';
import { inThread } from '../../src/kernels/hosts/inThread.ts';
import { moduleHost } from '../../src/kernels/hosts/module.ts';
import { NoKernel } from '../../src/kernels/kernel.ts';
import {
  calm,
  closesHosts,
  echo,
  expectOneAtATime,
  expectServing,
  faultOf,
  hasty,
  kept,
  kernel,
  misbehaving,
  patient,
  provoking,
  temporary,
} from './hosting.ts';

closesHosts();

describe('a host in this thread', () => {
  it('reports a promise that does not settle, and serves the next call', async () => {
    const host = inThread(
      kernel((input) => (input.momentum === 0.5 ? new Promise(() => {}) : echo(input))),
      hasty,
    );
    expect(await faultOf(host.step(provoking))).toMatchObject({
      kind: 'hung',
      message: 'no answer within 1000 ms',
    });
    await expectServing(host);
  });

  it('makes one call at a time, in order, also if some fail', async () => {
    const events: string[] = [];
    const host = inThread(
      kernel(async (input) => {
        events.push(`${input.etaY} in`);
        await new Promise((wait) => setTimeout(wait, 5));
        events.push(`${input.etaY} out`);
        if (input.etaY === 2) throw new Error('two');
        return echo(input);
      }),
      patient,
    );
    const calls = [1, 2, 3].map((etaY) => host.step({ ...calm, etaY }));
    expect((await Promise.allSettled(calls)).map(({ status }) => status)).toStrictEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(events).toStrictEqual(['1 in', '1 out', '2 in', '2 out', '3 in', '3 out']);
  });
});

describe('a host of a module', () => {
  const host = async (file: string, limits: Limits = patient) =>
    kept(await moduleHost(misbehaving(file), limits));

  it("reports the kernel's name, dtype and declaration, also for a class", async () => {
    const classy = await host('class.mjs');
    expect(classy).toMatchObject({
      name: 'a class',
      dtype: 'float32',
      declares: {
        expError: { ulps: 3, perUnit: 2 },
        stagePrecision: { logits: 'tf32' },
        accumulate: { logits: 'tf32' },
      },
    });
    await expectServing(classy);
  });

  it.each([
    ['loops.mjs', 'hung', 'no answer within 1000 ms', hasty],
    ['neverResolves.mjs', 'hung', 'no answer within 1000 ms', hasty],
    ['exits.mjs', 'exited', 'its process ended with exit code 3', patient],
    ['throwsLater.mjs', 'exited', 'its process ended by an uncaught error: nobody catches this', patient],
    ['talks.mjs', 'garbage', /^unexpected bytes on descriptor 4/, patient],
  ])('reports the fault of %s, and serves the next call', async (file, kind, message, limits) => {
    const misbehaves = await host(file, limits);
    await expectServing(misbehaves);
    for (let i = 0; i < 2; i++) {
      const fault = await faultOf(misbehaves.step(provoking));
      expect(fault.kind).toBe(kind);
      expect(fault.message).toMatch(message);
      await expectServing(misbehaves);
    }
  });

  it.each([
    ['mutates.mjs', 'changed its input', 'the call changed Z'],
    [
      'wrongDtype.mjs',
      'wrong output',
      'velocityZ: expected a Float32Array of 16 numbers, got a Float64Array of 16',
    ],
  ])('reports the fault of %s', async (file, kind, message) => {
    expect(await faultOf((await host(file)).step(calm))).toMatchObject({ kind, message });
  });

  it('keeps the kernel after a call that throws', async () => {
    const throwing = await host('throwsThird.mjs');
    await expectServing(throwing);
    await expectServing(throwing);
    expect(await faultOf(throwing.step(calm))).toMatchObject({ kind: 'threw', message: 'three is too many' });
    for (let i = 0; i < 3; i++) await expectServing(throwing); // a new kernel would throw at the third call
  });

  it('starts a new kernel after a restart', async () => {
    const throwing = await host('throwsThird.mjs');
    for (let i = 0; i < 3; i++) {
      await expectServing(throwing);
      await expectServing(throwing);
      await throwing.restart();
    }
  });

  it('makes one call at a time, for any number of callers', async () =>
    expectOneAtATime(await host('class.mjs')));

  it('accepts NaN, which is checked later', async () => {
    const output = await (await host('nan.mjs')).step(calm);
    expect(output).toMatchObject({ Y: new Float32Array(16).fill(Number.NaN), loss: Number.NaN });
  });

  it.each([
    ['none.mjs', /none.mjs: no such file/],
    ['', /misbehaving\/?: it is a directory/],
    ['unreadable.mjs', /default export: name, dtype, .* but reading one throws \{ once: true \}/],
    ['noDefault.mjs', /^[^,]*noDefault\.mjs: no default export; expected the kernel$/],
    ['factory.mjs', /default export: expected a kernel .*, got a function/],
    ['threeFaults.mjs', /name: .*; dtype: .*; declares.expError: .*; .*stagePrecision.logit: .*; step: /],
    ['throwsAtImport.mjs', /cannot be imported: no GPU here/],
    ['exitsAtImport.mjs', /while loading the module: its process ended with exit code 7/],
  ])('refuses %s as bad input', async (file, message) => {
    const refused = host(file);
    await expect(refused).rejects.toThrow(NoKernel);
    await expect(refused).rejects.toThrow(message);
  });

  it.each([
    ['export default {', /SyntaxError; node --check .* shows where/],
    ["import 'snapcheck-no-such-package';", /cannot be imported: Cannot find package/],
    [
      'await new Promise(() => {}); export default 1;',
      /while loading the module: its process ended with exit code 13/,
    ],
  ])('refuses a module that reads %j as bad input', async (source, message) => {
    const file = join(temporary(), 'refused.mjs');
    writeFileSync(file, source);
    const refused = moduleHost(file, patient);
    await expect(refused).rejects.toThrow(NoKernel);
    await expect(refused).rejects.toThrow(message);
  });

  // Only the memory limit detects it: V8 limits its own heap, and the later answer is correct.
  it.skipIf(process.platform !== 'linux')('counts memory outside of the heap', async () => {
    const limited = await host('hoards.mjs', { ...patient, memoryLimit: 300 * 2 ** 20 });
    const { kind, message } = await faultOf(limited.step(provoking));
    expect(kind).toBe('took too much memory');
    expect(message).toMatch(/^\d+ MiB; the limit is 300 MiB \(--memory-limit\)$/);
    await expectServing(limited);
  });

  it('lets a module print much in a call without buffering it in memory', async () => {
    const shown = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await expectServing(await host('loud.mjs'));
    expect(shown).toHaveBeenCalled();
    shown.mockRestore();
  });

  it('refuses a module that never finishes loading', async () => {
    const file = join(temporary(), 'loads.mjs');
    writeFileSync(file, 'while (true) {}');
    await expect(moduleHost(file, { ...patient, startLimit: 1000 })).rejects.toThrow(
      /while loading the module: no answer within 1000 ms/,
    );
  });

  it('ends a running call at close, and refuses further calls', async () => {
    const looping = await host('loops.mjs');
    const call = faultOf(looping.step(provoking));
    await new Promise((wait) => setTimeout(wait, 50));
    await looping.close();
    expect((await call).kind).toBe('exited');
    await expect(looping.step(calm)).rejects.toThrow('misbehaving: step called after close');
  });
});

it('the start limit is the time limit plus a minute', () => {
  expect(startLimitOf({ timeLimit: 5000 })).toBe(65_000);
  expect(startLimitOf({ timeLimit: 5000, startLimit: 7 })).toBe(7);
});
