// evidence: 25 s
/** `snapcheck verify ./mine.mjs`: claims in a module of someone else, as docs/own-claims.md has them. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPages } from '../../fixtures/documents/pages.ts';
import { claimTemplate } from '../../src/cli/templates.ts';
import type { Row } from '../../src/verify/result.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const main = join(root, 'dist', 'cli', 'main.js');
const folder = mkdtempSync(join(tmpdir(), 'snapcheck-own-'));
afterAll(() => rmSync(folder, { recursive: true }));

const snapcheck = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', COLUMNS: '80' },
  });
  return { status, stdout, stderr };
};
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

const page = readPages().find(({ path }) => path === 'docs/own-claims.md')!.text;
const decay = /```js\n\/\/ decay\.mjs\n([\s\S]*?)```/.exec(page)![1];

beforeAll(() => {
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules', 'snapcheck'));
  symlinkSync(join(root, 'node_modules', 'fast-check'), join(folder, 'node_modules', 'fast-check'));
  expect(snapcheck('init', 'claim').status).toBe(0);
  write('decay.mjs', decay);
});

const claim = readFileSync(join(root, 'fixtures', claimTemplate['claim.mjs']), 'utf8');
const changed = (from: string, to: string): string => {
  expect(claim.split(from)).toHaveLength(2);
  return claim.replace(from, to);
};

describe('the claim that snapcheck init claim writes', () => {
  it('holds, and its control fails, by the command of its README', () => {
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    const [, command] = /```sh\nnpx snapcheck (.*)\n/.exec(readme)!;
    const workflow = readFileSync(join(folder, '.github', 'workflows', 'claim.yml'), 'utf8');
    expect(workflow).toContain(`- run: npx snapcheck ${command}`);
    const { status, stdout } = snapcheck(...command.split(' '));
    expect(stdout).toMatch(/two-timescale +✓ holds +=/);
    expect(stdout).toContain('= fails');
    expect(status).toBe(0);
    // A screen of a terminal, with the prompt.
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(23);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it('fails where its sign is wrong, in threads too, with a counterexample that its command shows again', () => {
    write('wrong.mjs', changed('F.neg(dZ[0][l])', 'dZ[0][l]'));
    const run = (workers: string) => snapcheck('verify', './wrong.mjs', '--json', '--workers', workers);
    const [here, threads] = [run('1'), run('2')].map(({ status, stdout }) => {
      expect(status).toBe(1);
      const { seconds: _, ...result } = JSON.parse(stdout);
      return { ...result, rows: result.rows.map((row: object) => ({ ...row, seconds: 0 })) };
    });
    // The second run begins with the case that the first has kept.
    const world = here.counterexamples[0].world;
    expect(threads.counterexamples[0].world).toEqual(world);
    expect(threads.rows).toEqual(here.rows);
    const [, , ...words] = here.counterexamples[0].replay.split(' ');
    const again = snapcheck(...words);
    expect(again.status).toBe(1);
    expect(again.stdout).toContain(JSON.stringify(world));
    rmSync(join(folder, '.snapcheck'), { recursive: true });
  });

  it.each([
    ['an empty list', 'controls: [],'],
    ['no key', ''],
    ['an object', 'controls: {},'],
  ])('is refused without a control: %s', (_, controls) => {
    write(
      'bare.mjs',
      changed('drops: ', 'dropped: ').replace(/controls: \[\s*\{[\s\S]*?\},\s*\],/, controls),
    );
    const { status, stderr } = snapcheck('verify', './bare.mjs');
    expect(status).toBe(2);
    expect(stderr).toContain('two-timescale: a check needs a control that must fail');
  });

  it('names the claim, the line and the world where its code throws', () => {
    write('throws.mjs', changed('dZ[0][l]), largest', 'dZ[9][l]), largest'));
    for (const workers of ['1', '2']) {
      const { status, stderr } = snapcheck('verify', './throws.mjs', '--workers', workers);
      expect(status).toBe(2);
      expect(stderr).toMatch(
        /common-token-loses on two-timescale: its check threw TypeError: .* \(line 10\) in the world \{"problem"/,
      );
    }
  });
});

describe('a claim whose margins are none', () => {
  const names = /common-token-loses on two-timescale: its check: .*, in the world \{"problem"/;
  it.each([
    [
      'has no scale',
      'largest(F, dZ[0]), time)',
      'undefined, time)',
      'margin "common token \\d+ loses", scale: expected a number of the field F, .* got nothing',
    ],
    [
      'has the scale 0',
      'largest(F, dZ[0]), time)',
      '0, time)',
      'scale: expected a number of the field F, .* got the plain number 0 \\(write F.of\\(0\\)\\)',
    ],
    [
      'returns nothing',
      'function* commonLoses(F, { problem, layout, dZ, time }) {',
      'function commonLoses() {}\nfunction* unused(F, { problem, layout, dZ, time }) {',
      'expected a list of margins, or a generator of them, got nothing',
    ],
  ])('%s: the claim, the part and what is expected', (_, from, to, says) => {
    write('margins.mjs', changed(from, to));
    for (const workers of ['1', '2']) {
      const { status, stdout, stderr } = snapcheck('verify', './margins.mjs', '--workers', workers);
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(names);
      expect(stderr).toMatch(new RegExp(says));
    }
  });
});

describe('a claim that asks nothing of any world', () => {
  const says = 'no world was checked: the hypotheses (or `along`) left none';
  const shared = `statement: 'x', expected: 'holds', along: function* () {}, controls: [{ drops: 'x', along: loses }]`;
  const text = `import { check, population, positive, problems, states, twoTimescale } from 'snapcheck';
    function* loses(F, { time }) { yield positive('it', F.of(-1), F.of(1), time); }
    export default { id: 'nothing-asked', source: 'test', statement: 'x', silent: 'y', checks: [
      check.certified({ rung: twoTimescale, worlds: states.pointWorld(problems.singleCommonOfOneQuery()), ${shared} }),
      check.training({ rung: population, worlds: states.runWorld(problems.singleCommonOfOneQuery(), 5), ${shared} }),
    ] };`;

  it('fails the run beside a claim that holds, in every form of the result', () => {
    write('nothing.mjs', text);
    const run = (...more: string[]) =>
      snapcheck('verify', './nothing.mjs', './claim.mjs', '--runs', '4', ...more);
    const { status, stdout } = run('--report', 'nothing');
    expect(status).toBe(1);
    expect(stdout.match(/No world was checked: .* \(of 4 worlds\)\./g)).toHaveLength(2);
    const words = stdout.replaceAll(/\s+/g, ' ');
    for (const rung of ['two-timescale', 'population'])
      expect(words).toContain(`nothing-asked on ${rung} (${says}; expected holds, found undecided)`);
    for (const file of ['junit.xml', 'report.html', 'summary.md'])
      expect(readFileSync(join(folder, 'nothing', file), 'utf8'), file).toContain(says);
    const { rows } = JSON.parse(readFileSync(join(folder, 'nothing', 'result.json'), 'utf8'));
    expect(rows.map(({ worlds, idle, complete, verdict }: Row) => [worlds, idle, complete, verdict])).toEqual(
      [
        [0, 4, true, 'undecided'],
        [0, 4, true, 'undecided'],
        [4, 0, true, 'holds'],
      ],
    );
    expect(run('--for', '5m').status).toBe(1);
  });
});

describe('the rung of the page', () => {
  it('gets the verdicts that the page says, beside a claim of the paper', () => {
    const { status, stdout } = snapcheck('verify', './decay.mjs', 'gradient', '--runs', '20', '--json');
    expect(status).toBe(0);
    const { rows, counterexamples } = JSON.parse(stdout);
    expect(rows.map(({ claim, rung, verdict }: Record<string, string>) => [claim, rung, verdict])).toEqual([
      ['gradient', 'sgd', 'holds'],
      ['gain-under-decay', 'decayed', 'violated'],
      ['gain-under-decay', 'population', 'violated'],
    ]);
    for (const { certified } of counterexamples) expect(certified).toBe(true);
  });

  it('is listed, alone', () => {
    const { stdout } = snapcheck('verify', './decay.mjs', '--list');
    expect(stdout).toContain('gain-under-decay');
    expect(stdout).not.toContain('discriminative');
  });
});

describe('a module that is refused', () => {
  const faults = (...args: string[]) => {
    const { status, stdout, stderr } = snapcheck('verify', ...args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    return stderr;
  };

  it('has all its faults listed', () => {
    write(
      'faulty.mjs',
      `import { check, problems, states, twoTimescale } from 'snapcheck';
       export const a = { id: 'snap', source: '', statement: 'x', silent: 'y', checks: [] };
       export const b = { id: 'b', source: 's', statement: 'x', silent: 'y', checks: [
         { rung: 'b', statement: 'x', decided: 'certified', expected: 'maybe', worlds: 3, judge() {}, share: 0, controls: [{}] },
         7,
       ] };`,
    );
    const text = faults('./faulty.mjs', './none.mjs', '--runs', '0');
    for (const part of [
      '"snap" is a claim of Snapcheck',
      'source: expected a text',
      'checks: expected a list with a check, got an empty list',
      'checks[0].expected: expected "holds" or "violated", got "maybe"',
      'checks[0].worlds: expected an arbitrary of fast-check, got 3',
      'checks[0].share',
      'checks[0].controls[0]',
      'checks[1]: expected what check.certified and its like return, got 7',
      'the rung "b" has the name of the claim',
      'claims module "./none.mjs": no such file',
      '--runs: expected',
    ])
      expect(text).toContain(part);
  });

  it.each([
    ['throws when it is loaded', "throw new Error('early');", 'Error: early (line 1)'],
    [
      'is no JavaScript',
      'export const x = 1;\nexport default {',
      'SyntaxError: Unexpected end of input (line 2)',
    ],
    ['has a NUL byte', 'export const x = 1;\n\nconst y = \0;', '(line 3, which has a NUL byte)'],
    [
      'imports what is no JavaScript',
      "import './broken.mjs';",
      'SyntaxError: Unexpected end of input (in a module that it imports)',
    ],
    [
      'imports what is not there',
      "import { nothing } from 'snapcheck';",
      "does not provide an export named 'nothing' (line 1)",
    ],
    ['exports no claim', 'export const x = 1;', 'expected to export a claim or a list of claims, got none'],
  ])('%s', (_, text, said) => {
    write('broken.mjs', 'export default {');
    write('bad.mjs', text);
    expect(faults('./bad.mjs')).toContain(said);
  });

  it.each([
    [
      'ends the process when it is loaded',
      'process.exit(0);',
      'a module ended the process before the run was over',
    ],
    [
      'never ends loading',
      'await new Promise(() => {});',
      'a module ended the process before the run was over',
    ],
    [
      'ends the process in its check',
      claim.replace('yield positive', 'process.exit(0); yield positive'),
      'its code ended the thread',
    ],
    [
      'has worlds that are no JSON',
      claim.replace('singleCommonOfOneQuery()),', 'singleCommonOfOneQuery()).map((w) => ({ ...w, n: 1n })),'),
      'expected worlds that are plain JSON',
    ],
    [
      'throws when it is read',
      "export const a = { get checks() { throw new Error('no'); } };",
      'Error: no (line 1)',
    ],
  ])('%s', (_, text, said) => {
    write('hostile.mjs', text);
    expect(faults('./hostile.mjs', '--runs', '5')).toContain(said);
  });

  it('can be ended, whatever its worlds do', () => {
    write(
      'forever.mjs',
      claim.replace('singleCommonOfOneQuery()),', 'singleCommonOfOneQuery()).filter(() => false),'),
    );
    const { status, stdout } = snapcheck('verify', './forever.mjs', '--for', '2s');
    expect(status).toBe(1);
    expect(stdout).toContain('Time is up before any row was finished');
  });

  it('has one id twice, or a rung that none of its claims has', () => {
    write('twin.mjs', claim);
    expect(faults('./claim.mjs', './twin.mjs')).toContain('expected ids that differ, got it twice');
    expect(faults('./claim.mjs', '--rung', 'sgd')).toContain('no claim of ./claim.mjs is checked on sgd');
  });
});
