// evidence: 18 s
/** docs/runs.md and the commands of docs/commands.md that read fixtures, as a user of the installed package types them. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPages } from '../../fixtures/documents/pages.ts';
import { installedProject, type Project } from '../package/project.ts';
import { pythonWithTorch } from './python.ts';

const python = pythonWithTorch();
const skipped = python === undefined ? ' (skipped: there is no PyTorch)' : '';

let project: Project;
let bin: string;
beforeAll(() => {
  project = installedProject();
  // The pages say python3, which need not be the one that has PyTorch.
  bin = join(project.folder, 'bin');
  mkdirSync(bin);
  if (python) writeFileSync(join(bin, 'python3'), `#!/bin/sh\nexec ${python} "$@"\n`, { mode: 0o755 });
}, 120_000);
afterAll(() => rmSync(project.folder, { recursive: true }));

/** An empty folder of its own, with the package as it is installed. */
function fresh(): string {
  const folder = mkdtempSync(join(project.folder, 'fresh-'));
  symlinkSync(join(project.folder, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Runs lines of a page as a shell reads them; the first that fails ends them. */
const typed = (lines: string, cwd: string) =>
  spawnSync('sh', ['-e', '-c', lines], {
    cwd,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${bin}${delimiter}${process.env.PATH}`,
      NO_COLOR: '1',
      npm_config_offline: 'true',
      VITEST: undefined,
      VITEST_POOL_ID: undefined,
    },
  });

const pageOf = (path: string): string => readPages().find((page) => page.path === path)!.text;
/** The blocks of a language in the section of a page that begins with a heading. */
const blocks = (path: string, heading: string, language: string): string[] => {
  const [, section] = pageOf(path).split(`\n${heading}\n`);
  const [own] = section.split(/\n## /);
  return [...own.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, text]) => text,
  );
};

/** A line of the page for any numbers and any outcome; `..` is what the page leaves out. */
const shapeOf = (line: string): RegExp =>
  new RegExp(
    `^${line
      .replace(/[.*+?^$()|[\]{}\\]/g, '\\$&')
      .replace(/^[✓✗·]/, '[✓✗·]')
      .replaceAll('\\.\\.', '.*')
      .replaceAll(/\d+(\\\.\d+)?/g, '[\\d.e-]+')}$`,
  );

const PYTORCH = '## Ten minutes with PyTorch';

describe(`docs/runs.md${skipped}`, () => {
  it.skipIf(skipped)('its block with PyTorch runs as it is typed, and prints what the page shows', () => {
    const [block] = blocks('docs/runs.md', PYTORCH, 'sh');
    expect(
      block
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(['cp', 'python3', 'npx']);
    const { status, stdout, stderr } = typed(block, fresh());
    expect(status, stderr).toBe(0);
    const shown = blocks('docs/runs.md', PYTORCH, 'text')[0].trim().split('\n');
    expect(shown).toHaveLength(4);
    // A line that is too long goes on, indented.
    const printed = stdout.replaceAll(/\n +/g, ' ').split('\n');
    for (const [i, line] of shown.entries()) expect(printed[i]).toMatch(shapeOf(line));
  });

  it.skipIf(skipped)('its lines in a loop of your own make a record that is judged', () => {
    const folder = fresh();
    const [copy] = blocks('docs/runs.md', PYTORCH, 'sh')[0].split('\n');
    const [lines] = blocks('docs/runs.md', PYTORCH, 'python');
    const own = lines.trim().split('\n');
    expect(own).toHaveLength(5);
    const [load, open, first, each, save] = own;
    // Around them only what a loop has anyway: a problem, parameters, steps that change them.
    const loop = [
      load,
      'import torch, torch_example',
      'problem = torch_example.small_problem()',
      'M = problem["vocabulary"]',
      'Z, Y = torch.zeros(M, M), torch.zeros(M, M)',
      open,
      first,
      'for step in range(1, 11):',
      '    Z[30:32, 10:30] += 0.1 / step',
      '    Y += 0.01 * torch.eye(M)',
      `    ${each}`,
      save,
    ];
    writeFileSync(join(folder, 'loop.py'), `${loop.join('\n')}\n`);
    const { status, stdout, stderr } = typed(
      `${copy}\npython3 loop.py\nnpx snapcheck check run.npz --json`,
      folder,
    );
    expect(status, stderr).toBe(0);
    const judged = JSON.parse(stdout);
    expect(judged.steps).toEqual({ recorded: 11, first: 0, last: 10 });
    expect(judged.rates).toEqual({ etaY: 1, etaZ: 1, momentum: 0.9, batch: 128, length: 128 });
    expect(judged.tokens.filter(({ fate }: { fate: string }) => fate === 'gains')).toHaveLength(20);
  });
});

/** Commands of the pages that read a file of `fixtures`. */
const reading = ['docs/commands.md', 'docs/runs.md'].flatMap((path) =>
  [...pageOf(path).matchAll(/^npx snapcheck .*\bfixtures\/\S+.*$/gm)].map(([line]) => [path, line] as const),
);
/** Where both pages say that `fixtures` is in a project that has the package. */
const PLACE = 'In a project `fixtures` is `node_modules/snapcheck/fixtures`';

describe('commands that read fixtures', () => {
  it('are on both pages, which say where fixtures are', () => {
    expect(new Set(reading.map(([path]) => path)).size).toBe(2);
    for (const [path] of reading) expect(pageOf(path)).toContain(PLACE);
  });

  it.each(reading)('%s: %s', (_, line) => {
    const installed = line.replaceAll(/\bfixtures\//g, 'node_modules/snapcheck/fixtures/');
    const { status, stdout, stderr } = typed(installed, fresh());
    expect(status, stderr).toBe(0);
    expect(stdout).not.toBe('');
  });
});
