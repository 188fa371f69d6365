// heavy: 9 s
/** A run in blocks gives what the run gives: counts, coverage, worst ratios and the first failure, for any blocks in any order. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { plainKernel, seeded } from '../../fixtures/kernels/seeded.ts';
import { sizedCases } from '../../src/kernels/cases/cases.ts';
import { inThread } from '../../src/kernels/hosts/inThread.ts';
import { type KernelWords, openNamed, pinned } from '../../src/kernels/hosts/named.ts';
import { BlockMerge, campaignCases } from '../../src/kernels/judging/campaignCases.ts';
import {
  type BlockCounts,
  blockJob,
  blockOfFleet,
  judgeBlock,
  refusalIn,
} from '../../src/kernels/judging/caseBlock.ts';
import { randomCases } from '../../src/kernels/judging/randomCases.ts';
import { kernelRoundoff } from '../../src/kernels/judging/roundoff.ts';
import { Worst } from '../../src/kernels/judging/worst.ts';
import type { Kernel } from '../../src/kernels/kernel.ts';
import {
  type KernelOptions,
  type KernelResult,
  runKernel,
  runKernelCampaign,
} from '../../src/kernels/run.ts';
import type { Stretch } from '../../src/workers/blockPlan.ts';
import { openCrew } from '../../src/workers/crew.ts';
import type { Engine } from '../../src/workers/engine.ts';
import { bug } from './freshHost.ts';
import { TINY } from './judging.ts';
import { lateModule } from './lateModule.ts';

const RUNS = 40;
const SEED = 12;
const limits = { timeLimit: 60_000 };

/** Kernels of each kind: no failure; one in the first case, in the middle; answers that differ; batches that are compared. */
const kernels: readonly [string, () => Promise<Kernel>, object, string?][] = [
  ['of a correct kernel', () => plainKernel(), {}],
  ['of one whose batches are compared', () => plainKernel(), { batchInvariant: true }],
  ['of one whose answers may differ', () => plainKernel(), { nondeterministic: true }],
  ['of one that fails early', () => seeded(bug('norm-l1')), {}, 'features'],
  ['of one that fails late', () => seeded(bug('rates-swapped')), {}, 'Y'],
  [
    'of one that fails with a number that is not finite',
    () => seeded(bug('attention-unshifted')),
    {},
    'attention',
  ],
];

type Counts = ReturnType<typeof told>;
const told = (merge: Pick<BlockMerge, 'tally' | 'failing'>, worst: Worst) => {
  const { cases, calls, coverage, batches } = merge.tally;
  return {
    cases,
    calls,
    coverage: coverage.plain(),
    batches,
    failing: merge.failing,
    stages: worst.verdicts(),
  };
};

describe('blocks of a run', () => {
  it.each(kernels)(
    '%s add up to the run, wherever it is cut and whichever ends first',
    async (_, load, policy, fails) => {
      const arithmetic = kernelRoundoff('float32', {}, false);
      const host = async () => inThread(await load(), limits);
      const whole = new Worst();
      const settings = { runs: RUNS, seed: SEED, envelope: TINY, policy, onCase: () => {} };
      const run = await randomCases(await host(), arithmetic, openCrew(null), {
        ...settings,
        watch: whole.watch,
      });
      expect(run.failing?.fault.kind).toBe(fails);
      const failing = run.failing && { foundAt: run.failing.foundAt, fault: run.failing.fault };
      const expected: Counts = told({ tally: run as unknown as BlockMerge['tally'], failing }, whole);
      const about = { name: 'plain', dtype: 'float32', declares: {} } as const;
      const of = { about, demanding: false, policy, seed: SEED, envelope: TINY };
      const known = new Map<string, BlockCounts>();
      const judged = async (block: Stretch) => {
        const name = `${block.from} ${block.to}`;
        const counts = known.get(name) ?? structuredClone(await judgeBlock(await host(), of, block));
        known.set(name, counts);
        return counts;
      };
      // Where each case is a block, every boundary is asked, and what a case may take from its place in a block; where all are
      // one, what it may take from those before it. Random blocks lie between. Blocks in other orders cost nothing more.
      const cuts = fc.uniqueArray(fc.integer({ min: 1, max: RUNS - 1 }), { minLength: 2, maxLength: 5 });
      const lists = [
        [],
        Array.from({ length: RUNS - 1 }, (_, i) => i + 1),
        ...fc.sample(cuts, { seed: 1, numRuns: 1 }),
      ];
      for (const inside of lists) {
        const ends = [0, ...inside.toSorted((a, b) => a - b), RUNS];
        const blocks = ends.slice(1).map((to, i) => ({ from: ends[i], to }));
        const orders = fc.shuffledSubarray(blocks, { minLength: blocks.length });
        for (const random of fc.sample(orders, { seed: 2, numRuns: 4 })) {
          const worst = new Worst();
          const merge = new BlockMerge(worst);
          for (const block of random) merge.add(block, await judged(block));
          expect(told(merge, worst)).toEqual(expected);
        }
      }
    },
  );

  it('that are lost or come twice are seen (control)', async () => {
    const about = { name: 'plain', dtype: 'float32', declares: {} } as const;
    const of = { about, demanding: false, policy: {}, seed: SEED, envelope: TINY };
    const blocks = [0, 10, 20].map((from) => ({ from, to: from + 10 }));
    const host = inThread(await plainKernel(), limits);
    const counts = await Promise.all(blocks.map((block) => judgeBlock(host, of, block)));
    const lost = new BlockMerge(new Worst());
    for (const i of [0, 2]) lost.add(blocks[i], counts[i]);
    expect([lost.next, lost.tally.cases]).toEqual([10, 10]);
    expect(() => lost.add(blocks[0], counts[0])).toThrow('cases 0 to 9: their block came twice');
    expect(() => lost.add(blocks[2], counts[2])).toThrow('cases 20 to 29: their block came twice');
    const short = judgeBlock(host, of, { from: 10, to: 19 });
    await expect(short.then((few) => lost.add(blocks[1], few))).rejects.toThrow(
      'a block of 9 cases is not theirs',
    );
    lost.add(blocks[1], counts[1]);
    expect([lost.next, lost.tally.cases]).toEqual([30, 30]);
  });
});

/** An engine that does jobs from their data alone, several at a time, and ends them out of order. */
function shuffling(size: number, seed = 1): Engine & { readonly jobs: Stretch[] } {
  const jobs: Stretch[] = [];
  let [state, ended] = [seed, false];
  return {
    ...{ size, fleet: true, jobs, aborted: () => ended, tell: () => {} },
    run: async <R>(_: number, { task }: { task: unknown }): Promise<R | undefined> => {
      const data = structuredClone(task) as Parameters<typeof blockJob>[0];
      jobs.push(data.block);
      const answer = await blockJob(data);
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      await new Promise((wait) => setTimeout(wait, (state / 2 ** 32) * 200));
      return structuredClone(answer) as R;
    },
    end: async () => {
      ended = true;
    },
  };
}

const path = (name: string) => fileURLToPath(new URL(`../../fixtures/kernels/${name}`, import.meta.url));

describe('a worker', () => {
  const block = { from: 0, to: 5 };
  const of = { demanding: false, policy: {}, seed: SEED, envelope: TINY, block };
  const about = { name: 'plain float32', dtype: 'float32', declares: {} } as const;

  it('refuses a module with another content, and one that it does not have', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'snapcheck-'));
    const module = join(folder, 'mine.mjs');
    try {
      writeFileSync(module, readFileSync(path('plain.mjs')));
      const kernel = pinned({ module, limits });
      await expect(blockJob({ ...of, about, kernel })).resolves.toHaveProperty('counts');
      writeFileSync(module, `${readFileSync(path('plain.mjs'))}// another line\n`);
      await expect(blockJob({ ...of, about, kernel })).rejects.toThrow(
        /mine\.mjs" has another content here .*SHA-256 /,
      );
      rmSync(module);
      await expect(blockJob({ ...of, about, kernel })).rejects.toThrow(/mine\.mjs": .*no .*here/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('of a fleet runs a module only where that is allowed, and says where it is', async () => {
    const kernel = { module: path('plain.mjs'), limits };
    expect(process.env.SNAPCHECK_KERNELS).toBeUndefined();
    const refused = blockOfFleet({ ...of, about, kernel });
    await expect(refused).rejects.toThrow(
      `a worker refuses the kernel: it runs built-in kernels alone; snapcheck worker --kernels runs modules and commands, too (on ${hostname()})`,
    );
    expect(refusalIn(await refused.catch((error) => error))).toMatch(/^a worker refuses/);
    expect(refusalIn(new Error('another'))).toBeUndefined();
    const builtin = { builtin: 'float64', limits };
    const itself = { name: 'float64', dtype: 'float64', declares: {} } as const;
    await expect(blockOfFleet({ ...of, about: itself, kernel: builtin })).resolves.toHaveProperty('counts');
    // Where it is allowed, other refusals are told in the same way.
    vi.stubEnv('SNAPCHECK_KERNELS', 'run');
    try {
      await expect(blockOfFleet({ ...of, about, kernel })).resolves.toHaveProperty('counts');
      const other = { ...kernel, sha256: '0'.repeat(64) };
      await expect(blockOfFleet({ ...of, about, kernel: other })).rejects.toThrow(
        /^a worker refuses the kernel: kernel module ".*" has another content here/,
      );
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('refuses a kernel that says something else of itself', async () => {
    const kernel = { module: path('plain.mjs'), limits };
    const other = { ...about, declares: { expError: 8 } };
    await expect(blockJob({ ...of, about: other, kernel })).rejects.toThrow(
      'the kernel here is {"name":"plain float32","dtype":"float32","declares":{}}, and where the run was started it is {"name":"plain float32","dtype":"float32","declares":{"expError":8}}',
    );
  });
});

const timeless = (result: KernelResult) => ({ ...result, seconds: 0 });

it('a campaign has the calls before its first failing case, for a failure that depends on them', async () => {
  const late = lateModule(SEED, TINY, 23);
  const folder = mkdtempSync(join(tmpdir(), 'snapcheck-'));
  const kernel = { module: join(folder, 'late.mjs'), limits };
  writeFileSync(kernel.module, late.text);
  const host = await openNamed(kernel);
  try {
    const { name, dtype, declares } = host;
    const of = { about: { name, dtype, declares }, demanding: false, policy: {}, seed: SEED, envelope: TINY };
    const settings = { runs: 45, onCase: () => {} };
    const arithmetic = kernelRoundoff(dtype, declares, false);
    const alone = await randomCases(host, arithmetic, openCrew(null), {
      ...settings,
      ...of,
      watch: () => {},
    });
    const shared = await campaignCases(shuffling(2), { ...of, kernel }, { ...settings, worst: new Worst() });
    expect(alone.failing?.foundAt).toBe(late.foundAt);
    expect(alone.earlier).toHaveLength(6);
    expect({ ...shared, coverage: shared.coverage.plain() }).toEqual({
      ...alone,
      coverage: alone.coverage.plain(),
    });
  } finally {
    await host.close();
    rmSync(folder, { recursive: true });
  }
});

describe('a campaign', () => {
  // Blocks of 20 sized cases, a block of 64 others that is measured, and those that follow from its time: the first run has all
  // three kinds, the second the first two, the last the first alone, whole and cut.
  const sized = sizedCases(TINY);
  const named: readonly [string, KernelWords, KernelOptions][] = [
    ['a built-in kernel', { builtin: 'float64', limits }, { runs: sized + 64 + 16 }],
    ['a module', { module: path('plain.mjs'), limits }, { runs: sized + 6, batchInvariant: true }],
    ['a module that fails', { module: path('faulty.mjs'), limits }, { runs: 45 }],
    [
      'a command',
      { command: `python3 ${path('python/plain_kernel.py')}`, dtype: 'float32', declares: {}, limits },
      { runs: 24 },
    ],
  ];

  it.each(named)('of %s ends as a run does', async (_, words, options) => {
    const settings = { ...options, seed: SEED, envelope: TINY, shrinkSeconds: 60 };
    const run = async (of: (host: Awaited<ReturnType<typeof openNamed>>) => Promise<KernelResult>) => {
      const host = await openNamed(words);
      try {
        return timeless(await of(host));
      } finally {
        await host.close();
      }
    };
    const alone = await run((host) => runKernel(host, settings));
    const engine = shuffling(3);
    const shared = await run((host) => runKernelCampaign(host, words, engine, settings));
    expect(shared).toEqual(alone);
    expect(engine.jobs.length).toBeGreaterThan(1);
  });
});
