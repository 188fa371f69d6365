// heavy: 10 s
import { constants } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { longestAnswer } from '../../src/kernels/hosts/lineWire.ts';
import { processHost } from '../../src/kernels/hosts/process.ts';
import { NoKernel } from '../../src/kernels/kernel.ts';
import { type Floats, MATRICES } from '../../src/model/stepInput.ts';
import {
  calm,
  closesHosts,
  expectOneAtATime,
  expectServing,
  faultOf,
  kept,
  lives,
  misbehaving,
  patient,
  pidFile,
  pidIn,
  provoking,
  temporary,
  until,
} from './hosting.ts';
import { someInput } from './inputs.ts';

closesHosts();

const bytes = ({ buffer, byteOffset, byteLength }: Floats) => new Uint8Array(buffer, byteOffset, byteLength);

it('the longest answer plus a chunk of a pipe, 64 KiB, still fits in a string', () => {
  const vast = { ...someInput(), vocabulary: 2 ** 15 };
  expect(longestAnswer(vast) + 2 ** 16).toBeLessThanOrEqual(constants.MAX_STRING_LENGTH);
});

describe('a host of a process', () => {
  const node = (behaviour: string, file = '') =>
    `${process.execPath} ${misbehaving('process.mjs')} '${behaviour}' ${file}`;
  const host = (command: string, limits: { timeLimit: number; startLimit?: number } = patient) =>
    kept(processHost(command, { ...limits, dtype: 'float32' }));

  it('has its command as default name, and the given declaration', () => {
    expect(host('cat')).toMatchObject({ name: 'cat', dtype: 'float32', declares: {} });
    const named = { ...patient, name: 'mine', dtype: 'float64', declares: { expError: 8 } } as const;
    expect(kept(processHost('cat', named))).toMatchObject({
      name: 'mine',
      dtype: 'float64',
      declares: { expError: 8 },
    });
  });

  const hurried = { timeLimit: 1000, startLimit: 60_000 };
  it.each([
    ['sleeps', 'hung', /^no answer within 1000 ms$/, hurried],
    [
      'half a line, then silence',
      'hung',
      /^no answer within 1000 ms, after half a line of 13 bytes: "{\\"id\\":2,\\"outp"$/,
      hurried,
    ],
    [
      'half a line, then the end',
      'exited',
      /with exit code 0, after half a line of 13 bytes: .*outp"; its standard error ends:\nsome last words$/,
      patient,
    ],
    ['exits', 'exited', /with exit code 3; its standard error ends:\nsome last words$/, patient],
    ['is killed', 'exited', /SIGSEGV/, patient],
    ['garbage', 'garbage', /got "Epoch 1: loss 3.21"$/, patient],
    ['an extra line', 'garbage', /got "computing..."$/, patient],
    ['wrong id', 'garbage', /^expected the answer with id 2, got "{\\"id\\":77/, patient],
    ['bad base64', 'garbage', /^expected Y in base64/, patient],
    ['flood', 'garbage', /^a line longer than any answer, after half a line of \d+ bytes: "xxx/, patient],
    ['wrong dtype', 'wrong output', /^Y: .* of 16 numbers, got a Float64Array of 16$/, patient],
    ['wrong shape', 'wrong output', /^Z: .* of 16 numbers, got a Uint8Array of 3$/, patient],
    ['no output', 'wrong output', /^expected an object with Y, Z, ..., got nothing$/, patient],
    ['error', 'threw', /^ValueError: of its own$/, patient],
  ])(
    'reports the fault (%s), leaves no process, and serves the next call',
    async (behaviour, kind, message, limits) => {
      const file = pidFile();
      const misbehaves = host(node(behaviour, file), limits);
      await expectServing(misbehaves);
      const pid = await pidIn(file);
      expect(lives(pid)).toBe(true);
      const fault = await faultOf(misbehaves.step(provoking));
      expect(fault.kind).toBe(kind);
      expect(fault.message).toMatch(message);
      if (['hung', 'exited', 'garbage'].includes(kind)) await until(() => !lives(pid));
      else expect(lives(pid)).toBe(true);
      await expectServing(misbehaves);
    },
  );

  it('makes one call at a time, for any number of callers', async () => expectOneAtATime(host(node('none'))));

  it('accepts NaN, which is checked later', async () => {
    expect((await host(node('nan')).step(provoking)).loss).toBeNaN();
  });

  it.each([
    [
      'snapcheck-no-such-command',
      /^cannot start snapcheck-no-such-command \(exit code 127\); .*\n.*not found/,
    ],
    [temporary(), /\(exit code 126\); its standard error ends:\n.*(denied|directory)/],
  ])('refuses %s as bad input', async (command, message) => {
    const refused = host(command).step(calm);
    await expect(refused).rejects.toThrow(NoKernel);
    await expect(refused).rejects.toThrow(message);
  });

  it.each([
    ['exit 0', /^its process ended with exit code 0$/],
    ['exec <&-; sleep 0.1; echo done >&2', /exit code 0; its standard error ends:\ndone$/],
    ['kill -9 $$', /^its process ended with exit code 137 \(SIGKILL\)$/],
    ["sh -c 'kill -9 $$'; exit $?", /^its process ended with exit code 137 \(SIGKILL\)/],
  ])('survives a pipe that breaks under a large request: %s', async (command, message) => {
    const large = someInput('float32', 300);
    const breaking = host(command);
    for (let i = 0; i < 2; i++) {
      const fault = await faultOf(breaking.step(large));
      expect(fault).toMatchObject({ kind: 'exited', message: expect.stringMatching(message) });
    }
  });

  it('reports an end between two calls at the second call', async () => {
    const once = host(`head -n 1 | ${node('none')}`);
    await expectServing(once);
    expect(await faultOf(once.step(calm))).toMatchObject({ kind: 'exited' });
    await expectServing(once);
  });

  it('reads answers of many megabytes', async () => {
    const input = someInput('float32', 700);
    const output = await host(node('none')).step(input);
    for (const name of MATRICES) expect(Buffer.compare(bytes(output[name]), bytes(input[name]))).toBe(0);
  });

  it('shows the end of a long standard error', async () => {
    const { message } = await faultOf(host('seq 1 5000 >&2; exit 1').step(calm));
    expect(message).toMatch(/4999\n5000$/);
    expect(message.length).toBeLessThan(2100);
  });

  it.each([
    ['hangs', '& wait', { timeLimit: 1000, startLimit: 1000 }, 'hung'],
    ['ends', '& read line; exit 4', patient, 'exited'],
    ['prints garbage', '& read line; echo garbage; wait', patient, 'garbage'],
  ])('ends the processes of a command that %s', async (_, rest, limits, kind) => {
    const file = pidFile();
    const [background, ...then] = rest.split(/(?<=&)/);
    const command = `sh -c 'sleep 1000 ${background} echo $! > ${file}; ${then.join('')}'`;
    expect(await faultOf(host(command, limits).step(calm))).toMatchObject({ kind });
    const pid = await pidIn(file);
    await until(() => !lives(pid));
  });

  it('ends the processes of a command at close, during a call', async () => {
    const file = pidFile();
    const sleeping = host(`sh -c 'sleep 1000 & echo $! > ${file}; wait'`);
    const call = faultOf(sleeping.step(calm));
    const pid = await pidIn(file);
    await sleeping.close();
    await until(() => !lives(pid));
    expect((await call).kind).toBe('exited');
  });

  it('ends the processes of a command that ends by itself, without another call', async () => {
    const file = pidFile();
    const leaving = host(`sleep 1000 & echo $! > ${file}; head -n 1 | ${node('none')}`);
    await expectServing(leaving);
    const pid = await pidIn(file);
    await until(() => !lives(pid));
  });

  it('ends its process at a restart, and starts another at the next call', async () => {
    const file = pidFile();
    const again = host(node('none', file));
    await again.restart(); // no process runs yet
    await expectServing(again);
    const pid = await pidIn(file);
    await again.restart();
    await until(() => !lives(pid));
    await expectServing(again);
    expect(await pidIn(file)).not.toBe(pid);
  });

  it('removes no other listener at close', async () => {
    const counts = () => ['exit', 'SIGINT', 'SIGTERM', 'SIGHUP'].map((event) => process.listenerCount(event));
    const before = counts();
    const two = [host(node('none')), host(node('none'))];
    await Promise.all(two.map((one) => expectServing(one)));
    expect(counts()).toStrictEqual(before.map((n) => n + 1));
    await Promise.all(two.map((one) => one.close()));
    expect(counts()).toStrictEqual(before);
  });
});
