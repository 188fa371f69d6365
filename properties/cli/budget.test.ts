// heavy: 4 s
/** `--for` and `--seed random`: runs of a given time, and of a seed that is drawn. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { EXIT } from '../../src/cli/exit.ts';
import { interruptible } from '../../src/cli/interrupt.ts';
import { readWords } from '../../src/cli/options.ts';
import { withDrawnSeeds } from '../../src/cli/seedWords.ts';
import { runVerify } from '../../src/cli/verify.ts';
import { builtinKernels } from '../../src/kernels/builtin/builtin.ts';
import { inThread } from '../../src/kernels/hosts/inThread.ts';
import { runKernel } from '../../src/kernels/run.ts';
import { SEEDS } from '../../src/model/seeds.ts';
import { here } from '../attack/inProcess.ts';
import { result, rows } from '../report/synthetic.ts';
import { stubVerifier } from './stubVerifier.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapcheck-budget-'));
afterAll(() => rmSync(folder, { recursive: true }));

const verify = (...words: string[]) => readWords(commands.verify.options, words);

describe('--for', () => {
  it.each([
    ['90s', 90],
    ['10m', 600],
    ['1.5h', 5400],
    ['168h', 604_800],
  ])('%s is %d seconds', (word, seconds) => {
    expect(verify('--for', word).values.for).toBe(seconds);
  });

  it.each(['10', '0s', '-1m', '1e1s', '169h', '10 m', 'm'])('%s is refused', (word) => {
    const { checks } = verify(`--for=${word}`);
    expect(checks.faults.listed).toEqual([expect.stringContaining('--for: expected a time from 1s to 168h')]);
  });

  it('aborts the work when the time is up, and says so; an interruption before it is one', async () => {
    const waits = (seconds?: number) =>
      interruptible(
        () => '',
        async ({ signal, timeIsUp }) => {
          if (seconds === undefined) return timeIsUp() ? 1 : 0;
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          return timeIsUp() ? 3 : 4;
        },
        seconds,
      );
    expect(await waits(0.01)).toBe(3);
    expect(await waits()).toBe(0);
  });

  it('ends the random cases of a kernel, after one at least, and judges it by them', async () => {
    const host = inThread(await builtinKernels.find(({ name }) => name === 'float64')!.load(), {
      timeLimit: 5000,
    });
    const options = { envelope: { vocabulary: 8, contextLength: 16, batch: 2 }, workers: 1 };
    const short = await runKernel(host, { ...options, seconds: 0 });
    expect(short).toMatchObject({ verdict: 'pass', interrupted: false, cases: 1 });
    const longer = await runKernel(host, { ...options, seconds: 0.5 });
    expect(longer.cases).toBeGreaterThan(1);
    expect((await runKernel(host, { ...options, seconds: 100, runs: 3 })).cases).toBe(3);
  });

  const cut = rows.map((row, i) =>
    i > 0 ? row : { ...row, complete: false, verdict: 'undecided' as const },
  );
  it.each([
    [
      'as expected by the rows that are finished',
      result({ rows: cut.slice(0, 2), counterexamples: [], findings: [] }),
      EXIT.expected,
    ],
    [
      'failed where a finished row is wrong',
      result({ rows: [{ ...cut[1], verdict: 'undecided' }] }),
      EXIT.failed,
    ],
    ['failed where nothing is finished', result({ rows: cut.slice(0, 1), findings: [] }), EXIT.failed],
  ] as const)('verify is %s', async (_, came, code) => {
    const verifier = stubVerifier();
    const ends = {
      ...verifier,
      verifyAndHold: async (asked: Parameters<typeof verifier.verifyAndHold>[0]) => {
        await new Promise((resolve) => asked.signal!.addEventListener('abort', resolve));
        return { result: { ...came, interrupted: true }, release: () => {} };
      },
    };
    const given = verify('--json');
    const soon = { ...given, values: { ...given.values, for: 0.01 } };
    const write = process.stdout.write;
    process.stdout.write = () => true;
    try {
      expect(await runVerify(soon, ends)).toBe(code);
    } finally {
      process.stdout.write = write;
    }
  });

  it('leaves an atlas to be continued', async () => {
    const { status, stderr } = await here(
      ['atlas', '--for', '1s', '--out', 'atlas', '--workers', '1'],
      folder,
    );
    expect(status).toBe(EXIT.expected);
    expect(stderr).toMatch(
      /Time is up\. (No cell is|\d+ of \d+ cells are) finished\. Kept in atlas: the same command continues from there\./,
    );
  }, 60_000);
});

describe('--seed random', () => {
  const { options } = commands.verify;

  it('becomes a number in every place, and is printed', () => {
    for (const words of [['--seed', 'random'], ['--seed=random']]) {
      const notes: string[] = [];
      const drawn = withDrawnSeeds(options, ['snap', ...words], (note) => notes.push(note));
      const { seed } = readWords(options, drawn).values;
      expect(seed).toBeGreaterThanOrEqual(SEEDS.low);
      expect(seed).toBeLessThanOrEqual(SEEDS.high);
      expect(notes).toEqual([`--seed random: ${seed}`]);
      expect(drawn).toHaveLength(words.length + 1);
    }
  });

  it('leaves other words alone, and draws another one next time', () => {
    const same = ['random', '--rung', 'random', '--report', 'random'];
    expect(withDrawnSeeds(options, same, () => {})).toEqual(same);
    const seeds = Array.from({ length: 5 }, () => withDrawnSeeds(options, ['--seed', 'random'], () => {})[1]);
    expect(new Set(seeds).size).toBeGreaterThan(1);
  });
});
