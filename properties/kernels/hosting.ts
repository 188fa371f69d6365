/** Shared by the tests of hosts: inputs, limits, hosts that are closed after each test, and checks of processes. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, expect } from 'vitest';
import { type Kernel, KernelFault, type KernelHost } from '../../src/kernels/kernel.ts';
import type { StepInput } from '../../src/model/stepInput.ts';
import { copyInput } from './copyInput.ts';
import { someInput } from './inputs.ts';

export const calm = someInput();
export const provoking = someInput('float32', 4, 0.5);
/** A time limit that is never reached: only a hanging kernel would wait for it. */
export const patient = { timeLimit: 60_000 };
export const hasty = { timeLimit: 1000 };

export const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
export const misbehaving = (file: string) => here(`misbehaving/${file}`);

let folder: string | undefined;
/** A folder of the test file. */
export const temporary = (): string => {
  folder ??= mkdtempSync(join(tmpdir(), 'snapcheck-hosts-'));
  return folder;
};
const hosts: KernelHost[] = [];
export const kept = <H extends KernelHost>(host: H): H => {
  hosts.push(host);
  return host;
};
/** Closes what is kept after each test, and removes the folder. A test file that keeps hosts calls it: files share this module. */
export function closesHosts(): void {
  afterEach(async () => {
    await Promise.all(hosts.splice(0).map((host) => host.close()));
  });
  afterAll(() => {
    if (folder) rmSync(folder, { recursive: true });
    folder = undefined;
  });
}

/** The fault of a call, or of another promise. */
export const faultOf = async (answer: Promise<unknown>): Promise<KernelFault> => {
  const fault = await answer.then(
    () => 'an answer',
    (error) => error,
  );
  if (!(fault instanceof KernelFault)) throw new Error(`expected a fault, got ${fault}`);
  return fault;
};

export const expectServing = async (host: KernelHost, input: StepInput = calm) => {
  const { Y, Z, velocityY, velocityZ } = input;
  expect(await host.step(input)).toStrictEqual({ Y, Z, velocityY, velocityZ, loss: 0 });
};

export const expectOneAtATime = (host: KernelHost) =>
  Promise.all([2, 5, 3].map((M) => expectServing(host, someInput('float32', M))));

export const echo = (input: StepInput) => {
  const { Y, Z, velocityY, velocityZ } = copyInput(input);
  return { Y, Z, velocityY, velocityZ, loss: 0 };
};
export const kernel = (step: (input: StepInput) => unknown): Kernel => ({
  name: 'a kernel',
  dtype: 'float32',
  step: step as Kernel['step'],
});

/** Whether a process exists and is not a zombie. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
export const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((wait) => setTimeout(wait, 10)); // Vitest's time limit ends it
};
let files = 0;
export const pidFile = () => join(temporary(), `pid-${++files}`);
export const pidIn = async (file: string): Promise<number> => {
  await until(() => existsSync(file) && readFileSync(file, 'utf8').trim() !== '');
  return Number(readFileSync(file, 'utf8'));
};
