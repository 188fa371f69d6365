import { describe, expect, it } from 'vitest';
import { beside, type Crew, openCrew } from '../../src/workers/crew.ts';

const file = new URL('./handy.mjs', import.meta.url);
const job = (name: string, task?: unknown, here: () => Promise<unknown> = async () => `${name} here`) => ({
  name,
  task,
  here,
});

async function withCrew<T>(workers: number | undefined, work: (crew: Crew) => Promise<T>): Promise<T> {
  const crew = openCrew(file, { workers });
  try {
    return await work(crew);
  } finally {
    await crew.end();
  }
}

describe('a crew', () => {
  it.each([1, 2, 5])('of %i does every job, in threads', async (workers) => {
    const numbers = [3, 1, 4, 1, 5, 9, 2, 6];
    const answers = await withCrew(workers, (crew) =>
      Promise.all(numbers.map((x) => crew.run(0, job('square', x)))),
    );
    expect(answers).toEqual(numbers.map((x) => x * x));
  });

  it('without a number of workers begins in the calling thread', async () => {
    await withCrew(undefined, async (crew) => {
      expect(await crew.run(0, job('square', 3))).toBe('square here');
    });
  });

  it('takes the lowest rank first, one job at a time in the calling thread', async () => {
    const crew = openCrew(null);
    const order: string[] = [];
    let under = 0;
    const note = (rank: number, name: string, then?: () => Promise<unknown>) =>
      crew
        .run(
          rank,
          job(name, undefined, async () => {
            expect(++under).toBe(1);
            await new Promise(setImmediate);
            order.push(name);
            under -= 1;
          }),
        )
        .then(then);
    // A job that follows a result precedes waiting jobs of a higher rank.
    await Promise.all([note(0, 'a', () => note(0, 'd')), note(2, 'c'), note(1, 'b1'), note(1, 'b2')]);
    expect(order).toEqual(['a', 'd', 'b1', 'b2', 'c']);
  });

  it('keeps to the ranks when two results arrive together, and each adds a further job', async () => {
    await withCrew(2, async (crew) => {
      // The number of jobs begun, then the job; a gate for the first two, and one for all others.
      const log = new Int32Array(new SharedArrayBuffer(4 * 12));
      const [FIRST, OTHERS] = [10, 11];
      const pass = (rank: number, id: number, gate: number) => crew.run(rank, job('pass', { log, id, gate }));
      const open = (gate: number) => {
        Atomics.store(log, gate, 1);
        Atomics.notify(log, gate);
      };
      const begun = async (n: number) => {
        while (Atomics.load(log, 0) < n) await new Promise((resolve) => setTimeout(resolve, 1));
      };
      const chains = [1, 2].map(async (id) => {
        await pass(0, id, FIRST);
        // A result passes several promises before it adds a job.
        for (let i = 0; i < 10; i++) await null;
        await pass(0, id + 2, OTHERS);
      });
      const later = pass(1, 5, OTHERS);
      await begun(2);
      open(FIRST);
      // The thread is blocked until both results have arrived.
      for (const until = performance.now() + 100; performance.now() < until; );
      await begun(4);
      open(OTHERS);
      await Promise.all([...chains, later]);
      expect([...log.subarray(1, 5)].sort()).toEqual([1, 2, 3, 4]);
      expect(log[5]).toBe(5);
    });
  });

  it('whose file cannot be loaded rejects every job, and ends', async () => {
    const crew = openCrew(new URL('./absent.mjs', import.meta.url), { workers: 2 });
    const answers = await Promise.allSettled([1, 2, 3].map((x) => crew.run(0, job('square', x))));
    await crew.end();
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'ERR_MODULE_NOT_FOUND' } });
  });

  it('rethrows the error of a thread, with its message and stack', async () => {
    const error = await withCrew(2, (crew) => crew.run(0, job('fail')).catch((thrown: Error) => thrown));
    expect(error).toMatchObject({ name: 'RangeError', message: 'a thread failed' });
    expect((error as Error).stack).toContain('handy.mjs');
    await expect(withCrew(1, (crew) => crew.run(0, job('nothing')))).rejects.toThrow('No handler');
  });

  it('fails with a thread that ends', async () => {
    await expect(withCrew(1, (crew) => crew.run(0, job('die')))).rejects.toThrow('exit');
  });

  it('that is aborted ends a thread in an infinite loop, and drops waiting jobs', async () => {
    const stop = new AbortController();
    const crew = openCrew(file, { workers: 2, signal: stop.signal });
    const answers = [
      crew.run(0, job('loop')),
      crew.run(0, job('square', 2)),
      crew.run(1, job('loop')),
      crew.run(2, job('loop')),
    ];
    expect(await answers[1]).toBe(4);
    expect(crew.aborted()).toBe(false);
    stop.abort();
    expect(await Promise.all(answers)).toEqual([undefined, 4, undefined, undefined]);
    expect([crew.aborted(), await crew.run(0, job('square', 2))]).toEqual([true, undefined]);
    await crew.end();
  });
});

describe("a thread's file", () => {
  it('is the compiled file next to the calling module', () => {
    const at = (url: string) => beside(url, './workerMain.js').href;
    expect(at('file:///a/src/b/src/verify/verify.ts')).toBe('file:///a/src/b/dist/verify/workerMain.js');
    expect(at('file:///a/dist/verify/verify.js')).toBe('file:///a/dist/verify/workerMain.js');
  });

  it.each([0, -1, 1.5, Number.NaN, 257])('of %d workers is refused', (workers) => {
    for (const at of [file, null])
      expect(() => openCrew(at, { workers })).toThrow(
        new RangeError(`expected an integer number of workers from 1 to 256, got ${workers}`),
      );
  });
});
