/** A block of a run's cases as one job: its thread starts the kernel, calls it and judges what it gives. */
import { hostname } from 'node:os';
import type { Dtype } from '../../model/stepInput.ts';
import type { Stretch } from '../../workers/blockPlan.ts';
import { type KernelCase, runCases } from '../cases/cases.ts';
import type { Envelope } from '../cases/envelope.ts';
import { type KernelWords, openNamed } from '../hosts/named.ts';
import { type Declaration, type KernelHost, NoKernel } from '../kernel.ts';
import { CaseTally, type PlainTally } from './caseTally.ts';
import { judgeCases } from './judgeCases.ts';
import type { CallFault } from './judgeRecord.ts';
import { extraCalls, type Policy } from './policy.ts';
import { caseRecords } from './record.ts';
import { kernelRoundoff, largestDeclared } from './roundoff.ts';
import { type StageVerdict, Worst } from './worst.ts';

/** What all blocks of a run have in common: plain data. */
export interface BlockSettings {
  readonly kernel: KernelWords;
  /** What the kernel said of itself where the run was started. */
  readonly about: { readonly name: string; readonly dtype: Dtype; readonly declares: Declaration };
  /** Whether the bounds of the strict level apply. */
  readonly demanding: boolean;
  readonly policy: Policy;
  readonly seed: number;
  readonly envelope: Envelope;
}

/** What a block found, up to its first failing case. */
export interface BlockCounts extends PlainTally {
  readonly stages: readonly StageVerdict[];
  readonly failing: { readonly foundAt: number; readonly fault: CallFault } | null;
}

/** The answer of a job: plain data, the same on every machine but for the seconds. */
export interface BlockAnswer {
  readonly counts: BlockCounts;
  /** Seconds of the whole job, and those until the kernel had started. */
  readonly seconds: number;
  readonly startSeconds: number;
}

/** The cases of the last run, whose design of pairs takes a tenth of a second to make. */
let last: { readonly key: string; readonly caseAt: (index: number) => KernelCase } | undefined;

/** The cases of a run, by index. */
export function casesOf({ about: { dtype, declares }, seed, envelope }: Omit<BlockSettings, 'kernel'>) {
  const key = JSON.stringify([dtype, declares, seed, envelope]);
  if (last?.key !== key) last = { key, caseAt: runCases(dtype, seed, envelope, largestDeclared(declares)) };
  return last.caseAt;
}

/** Runs and judges cases in order, up to the first that fails. @throws errors other than KernelFault */
export async function judgeBlock(
  host: KernelHost,
  settings: Omit<BlockSettings, 'kernel'>,
  { from, to }: Stretch,
): Promise<BlockCounts> {
  const { demanding, policy } = settings;
  const { dtype, declares } = host;
  const arithmetic = kernelRoundoff(dtype, declares, demanding);
  const caseAt = casesOf(settings);
  const tally = new CaseTally();
  const worst = new Worst();
  let failing: BlockCounts['failing'] = null;
  for (let index = from; index < to && !failing; index++) {
    const calls = caseAt(index);
    const records = await caseRecords(host, calls, extraCalls(index, policy));
    const [judged] = judgeCases({ dtype, arithmetic, policy, cases: [{ calls, records }] });
    judged.defects.forEach(worst.watch);
    tally.count(calls, judged);
    if (judged.fault) failing = { foundAt: index, fault: judged.fault };
  }
  return { ...tally.plain(), stages: worst.verdicts(), failing };
}

/** @throws NoKernel if the kernel here says something else of itself than where the run was started */
function checkAbout({ name, dtype, declares }: KernelHost, meant: BlockSettings['about']): void {
  const [here, there] = [{ name, dtype, declares }, meant].map((about) => JSON.stringify(about));
  if (here !== there)
    throw new NoKernel(`the kernel here is ${here}, and where the run was started it is ${there}`);
}

/**
 * The job. The kernel is started for the block and ended after it, so that the answer depends on the block alone.
 * @throws NoKernel if the kernel is not the one that is meant
 */
export async function blockJob({
  block,
  ...settings
}: BlockSettings & { readonly block: Stretch }): Promise<BlockAnswer> {
  const begun = performance.now();
  const since = () => (performance.now() - begun) / 1000;
  const host = await openNamed(settings.kernel);
  try {
    await host.ready?.();
    checkAbout(host, settings.about);
    const startSeconds = since();
    const counts = await judgeBlock(host, settings, block);
    return { counts, seconds: since(), startSeconds };
  } finally {
    await host.close();
  }
}

/** The environment variable with which a worker runs modules and commands, too: whoever can write to its queue names them. */
export const KERNELS_ALLOWED = 'SNAPCHECK_KERNELS';

/** Begins the message of a worker that has not the kernel. A text, because neither a thread nor a queue keeps the class of an error. */
const REFUSAL = 'a worker refuses the kernel: ';

/** The refusal in an error that a worker gave; undefined for other errors. */
export const refusalIn = (error: unknown): string | undefined => {
  const { message = '' } = (error ?? {}) as Partial<Error>;
  return message.startsWith(REFUSAL) ? message : undefined;
};

/** The job as a worker of a fleet does it. @throws Error with a refusal for a kernel that it has not or must not run */
export async function blockOfFleet(task: Parameters<typeof blockJob>[0]): Promise<BlockAnswer> {
  try {
    if (!('builtin' in task.kernel) && process.env[KERNELS_ALLOWED] === undefined)
      throw new NoKernel(
        'it runs built-in kernels alone; snapcheck worker --kernels runs modules and commands, too',
      );
    return await blockJob(task);
  } catch (error) {
    if (!(error instanceof NoKernel)) throw error;
    throw new Error(`${REFUSAL}${error.message} (on ${hostname()})`);
  }
}
