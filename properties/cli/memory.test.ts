// heavy: 11 s
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'snapcheck-memory-'));
afterAll(() => rmSync(folder, { recursive: true }));
const dist = (path: string) => fileURLToPath(new URL(`../../dist/${path}`, import.meta.url));
const node = (heap: number, ...words: string[]) =>
  spawnSync(process.execPath, words, {
    ...{ cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 },
    // What counts coverage would take memory of its own.
    env: { ...process.env, NODE_V8_COVERAGE: undefined, NODE_OPTIONS: `--max-old-space-size=${heap}` },
  });
const snapcheck = (heap: number, ...args: string[]) => node(heap, dist('cli/main.js'), ...args);
/** What the least heap comes to: two tests look at it. */
const known = new Map<string, ReturnType<typeof node>>();
function inLittle(args: readonly string[]) {
  const name = args.join(' ');
  const result = known.get(name) ?? snapcheck(40, 'train', ...args);
  known.set(name, result);
  return result;
}

/** A problem of 3 MB. */
const problem = join(folder, 'problem.json');
const tokens = Array.from({ length: 20_000 }, (_, i) => i);
const classes = Array.from({ length: 10 }, (_, k) => ({
  ...{ next: 20_001 + k, query: 20_000, tokens },
  probabilities: tokens.map(() => 1 / tokens.length),
}));
writeFileSync(problem, JSON.stringify({ vocabulary: 20_100, classes }));

const once = ['--seeds', '1', '--steps', '1'];
/** Each takes more than 40 MiB: some when it is made, some when it is trained, some to keep or to tell. */
const large: Readonly<Record<string, readonly string[]>> = {
  'many next tokens': [...once, '--query-tokens', '10', '--next-per-query', '36'],
  'many tokens': [...once, '--common', '40000'],
  'a start that merges no columns': [
    ...once,
    '--query-tokens',
    '10',
    '--next-per-query',
    '14',
    '--init',
    'uniform',
  ],
  decimals: [
    ...once,
    '--query-tokens',
    '10',
    '--next-per-query',
    '20',
    '--trainer',
    'reference',
    '--batch',
    '1',
  ],
  TensorFlow: [...once, '--query-tokens', '10', '--next-per-query', '28', '--trainer', 'fast'],
  'a batch': [...once, '--batch', '120000'],
  'a file': [...once, '--problem', problem],
  'many steps': ['--seeds', '1', '--steps', '10000000'],
  'a long document': ['--seeds', '1000', '--steps', '1500', '--json'],
};

describe('memory that there is not', () => {
  it.each(Object.entries(large))('is told before it is spent: %s', (_, args) => {
    const { status, signal, stdout, stderr } = inLittle(args);
    expect([status, signal, stdout], stderr.slice(-500)).toEqual([71, null, '']);
    expect(stderr).toMatch(
      /^snapcheck: the system gave too little: .* takes about [\d,]+ MiB of memory, and Node has 40 MiB \(NODE_OPTIONS=--max-old-space-size=\d+ gives it more\)\n$/,
    );
  });

  // With what it asks for it comes to its end: the estimate is no promise of its own.
  const told = Object.entries(large).filter(
    ([name]) => !name.startsWith('many steps') && !name.startsWith('a long'),
  );
  it.each(told)(
    'is enough when there is as much as it was said to take: %s',
    (_, args) => {
      let heap = 40;
      for (let tries = 0; tries < 4; tries++) {
        const { status, stderr } = tries === 0 ? inLittle(args) : snapcheck(heap, 'train', ...args);
        if (status === 0) return;
        expect(status, stderr.slice(-500)).toBe(71);
        heap = Number(/--max-old-space-size=(\d+)/.exec(stderr)![1]);
      }
      expect.unreachable('it asks for more every time');
    },
    60_000,
  );

  it('is no hindrance to a small job, nor is help refused where it is', () => {
    expect(snapcheck(40, 'train', ...once).status).toBe(0);
    expect(snapcheck(16, '--help').status).toBe(0);
  });

  it.each([
    ['verify', 'conservation', '--rung', 'sgd', '--runs', '2'],
    ['kernel', '--builtin', 'float64'],
    ['train'],
    ['atlas', '--claims', 'snap', '--slices', 'momentum', '--width', '0.9'],
    ['bench', '--quick', '--backend', 'float64'],
    ['explain', problem],
  ])('is told of a heap in which no command comes far: %s', (...args) => {
    const { status, signal, stderr } = snapcheck(16, ...args);
    expect([status, signal]).toEqual([71, null]);
    expect(stderr).toContain(`snapcheck ${args[0]} takes about 40 MiB of memory, and Node has 16 MiB`);
  });

  it('ends a thread and not the process: 71, and why', () => {
    const job = join(folder, 'grow.mjs');
    writeFileSync(job, 'export const grow = () => { const all = []; for (;;) all.push([all.length]); };\n');
    const url = (path: string) => JSON.stringify(`file://${dist(path)}`);
    const script = join(folder, 'thread.mjs');
    writeFileSync(
      script,
      `import { openCrew } from ${url('workers/crew.js')};
      import { reportInternal } from ${url('cli/run.js')};
      const crew = openCrew(new URL('file://${job}'), { workers: 1 });
      const here = () => { throw new Error('it is done in this thread'); };
      try { await crew.run(0, { name: 'grow', task: null, here }); }
      catch (error) { process.exitCode = reportInternal(error); }
      await crew.end();`,
    );
    const { status, signal, stderr } = node(64, script);
    expect([status, signal], stderr.slice(-500)).toEqual([71, null]);
    expect(stderr).toMatch(/^snapcheck: the system gave too little: memory ran out in a thread /m);
  });
});
