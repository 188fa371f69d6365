// heavy: 14 s
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit.ts';
import { interruptible } from '../../src/cli/interrupt.ts';
import { savedCase } from '../../src/kernels/cases/saved.ts';
import { someInput } from '../kernels/inputs.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapcheck-signals-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A saved case of many calls, and a kernel that takes its time over each and says so. */
const LONG = 300;
writeFileSync(join(folder, 'long.json'), savedCase(Array(LONG).fill(someInput()), {}));
writeFileSync(
  join(folder, 'slow.mjs'),
  `import { PlainKernel } from ${JSON.stringify(at('fixtures/kernels/plain.mjs'))};
  export default class extends PlainKernel {
    async step(input) {
      console.log('asked');
      await new Promise((wait) => setTimeout(wait, 100));
      return super.step(input);
    }
  }`,
);

/** A world to explain. */
const classOf = (next: number, own: number) => ({
  next,
  query: 5,
  tokens: [0, own],
  probabilities: [0.5, 0.5],
});
writeFileSync(
  join(folder, 'world.json'),
  JSON.stringify({ vocabulary: 9, classes: [classOf(6, 1), classOf(7, 2)] }),
);

/** A recorded run, of sampled sequences. */
const run = readFileSync(at('fixtures/runs/example.jsonl'), 'utf8');
writeFileSync(
  join(folder, 'run.jsonl'),
  run.replace('"momentum": 0}', '"momentum": 0, "batch": 8, "length": 64}'),
);

/** A command under way, to be cut short when it has begun. */
interface Command {
  readonly args: readonly string[];
  /** What it says then, or how many milliseconds that takes; twice as many where nothing had begun by then. */
  readonly begun: RegExp | number;
  /** What it tells of what it has, on either stream. */
  readonly told: RegExp;
}

// Each has more to do than any machine does before the signal comes.
const commands: Readonly<Record<string, Command>> = {
  verify: {
    args: ['verify', 'conservation', '--runs', '5000', '--workers', '1'],
    begun: 1000,
    told: /Interrupted[\s\S]*conservation\s+on\s+sgd\s+cut\s+short\s+after\s+\d+\s+worlds?/,
  },
  'verify --json': {
    args: ['verify', 'conservation', '--runs', '5000', '--workers', '1', '--json'],
    begun: 1000,
    told: /\{[\s\S]*"worlds": [1-9]\d*,[\s\S]*"complete": false,[\s\S]*"interrupted": true\s*\}/,
  },
  'verify, the report': {
    args: ['verify', 'conservation', '--rung', 'sgd', '--runs', '2', '--report', join(folder, 'report')],
    begun: /As expected: 1 verdict/,
    told: /Interrupted: everything is decided[\s\S]*The report is cut short; written: [^\n]*result\.json/,
  },
  kernel: {
    args: ['kernel', at('fixtures/kernels/plain.mjs'), '--runs', '1000000'],
    begun: /random cases/,
    told: /Interrupted after \d+ cases?/,
  },
  'kernel --replay': {
    args: ['kernel', 'slow.mjs', '--replay', 'long.json'],
    begun: /(kernel: asked\s+){5}/,
    told: new RegExp(`interrupted after \\d+ of ${LONG} saved calls; until then every stage`),
  },
  train: {
    args: ['train', '--seeds', '100000', '--steps', '10'],
    begun: /run 1 of 100000 .* done/,
    told: /Interrupted: \d+ of 100000 runs finished\.[\s\S]*Attention at the end/,
  },
  bench: {
    args: ['bench', '--backend', 'decimal100'],
    begun: /decimal100/,
    told: /Interrupted after/,
  },
  explain: {
    args: ['explain', 'world.json', '--steps', '10000000'],
    begun: /training/,
    told: /^predicting every token\ntraining on expectations\nInterrupted: nothing is printed\. A second signal ends it at once\.\n$/,
  },
  check: {
    args: ['check', 'run.jsonl', '--seeds', '9999'],
    begun: /our training 10 of/,
    told: /Interrupted: what is decided is printed[\s\S]*✓ discriminative[\s\S]*Not answered: what sampling explains: interrupted after \d+ of 9999 trainings\./,
  },
  'check --json': {
    args: ['check', 'run.jsonl', '--seeds', '9999', '--json'],
    begun: /our training 10 of/,
    told: /\{[\s\S]*"outcome": "holds"[\s\S]*"sampled": null[\s\S]*"interrupted": true\s*\}/,
  },
  atlas: {
    args: ['atlas', '--claims', 'snap', '--width', '0.05', '--workers', '1', '--out', join(folder, 'map')],
    begun: /cells done/,
    told: /the same command continues from there/,
  },
};

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL'); // one that a failing test left
});

/** Runs a command, and sends it a signal when it has begun. */
function cutShort({ args, begun }: Command, signal: NodeJS.Signals): Promise<[number | string, string]> {
  const child = spawn(process.execPath, [at('dist/cli/main.js'), ...args], { cwd: folder });
  running.push(child);
  let [text, sent] = ['', false];
  const send = () => {
    if (!sent) child.kill(signal);
    sent = true;
  };
  if (typeof begun === 'number') setTimeout(send, begun);
  const hear = (chunk: Buffer) => {
    text += chunk;
    if (begun instanceof RegExp && begun.test(text)) send();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return new Promise((done) => child.on('close', (code, name) => done([code ?? name ?? '', text])));
}

describe.skipIf(process.platform === 'win32')('a command that a signal ends', () => {
  // The signals in turn: a command knows only that it is aborted, and `interruptible`, below, tells them apart.
  const cases = Object.entries(commands).map(
    ([name, command], i) => [name, SIGNALS[i % SIGNALS.length], command] as const,
  );
  it.each(cases)(
    '%s tells what it has at %s',
    async (_, signal, command) => {
      let [code, text] = await cutShort(command, signal);
      if (typeof command.begun === 'number')
        for (
          let begun = 2 * command.begun;
          (text === '' || /No row was finished|"rows": \[\]/.test(text)) && begun < 60_000;
          begun *= 2
        )
          [code, text] = await cutShort({ ...command, begun }, signal);
      expect(text).toMatch(command.told);
      expect(code).toBe(128 + constants.signals[signal]);
    },
    120_000,
  );
});

describe('interruptible', () => {
  const listeners = () => SIGNALS.map((name) => process.listenerCount(name));

  it.each(SIGNALS)('aborts the work at %s, and gives its number for the exit code', async (name) => {
    const before = listeners();
    const said: string[] = [];
    const code = await interruptible(
      () => {
        said.push('stopping');
        return '';
      },
      async ({ signal }) => {
        process.emit(name, name);
        return signal.aborted ? EXIT.interrupted : EXIT.expected;
      },
    );
    expect(code).toBe(128 + constants.signals[name]);
    expect(said).toEqual(['stopping']);
    expect(listeners()).toEqual(before);
  });

  it('leaves work its own exit code when that was done all the same, or there was no signal', async () => {
    const late = async () => {
      process.emit('SIGTERM', 'SIGTERM');
      return EXIT.failed;
    };
    expect(await interruptible(() => '', late)).toBe(EXIT.failed);
    expect(
      await interruptible(
        () => '',
        async () => EXIT.expected,
      ),
    ).toBe(EXIT.expected);
  });

  it.skipIf(process.platform === 'win32')(
    'ends the process at once at the second, whatever was the first',
    async () => {
      // The work never ends by itself.
      const source = `import { interruptible } from ${JSON.stringify(`file://${at('dist/cli/interrupt.js')}`)};
      setInterval(() => {}, 1000);
      await interruptible(() => { console.log('stopping'); return ''; }, () => { console.log('working'); return new Promise(() => {}); });`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', source]);
      child.stdout.on('data', (chunk) => child.kill(`${chunk}`.includes('stopping') ? 'SIGTERM' : 'SIGINT'));
      const code = await new Promise((done) => child.on('exit', done));
      expect(code).toBe(143);
    },
  );

  it('leaves no listener behind work that fails', async () => {
    const before = listeners();
    const fails = () => Promise.reject(new Error('it fails'));
    await expect(interruptible(() => '', fails)).rejects.toThrow('it fails');
    expect(listeners()).toEqual(before);
  });
});
