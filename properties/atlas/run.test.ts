// heavy: 10 s
import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uniformStream } from '../../src/model/uniform.ts';
import { here } from '../attack/inProcess.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'snapcheck-atlas-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ask = ['atlas', '--slices', 'momentum', '--width', '0.8', '--seed', '3'];
const run = (...args: string[]) =>
  spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', cwd: folder });
/** In this process: without a start of Node for each. */
const runHere = (...args: string[]) => here(args, folder);
const bytes = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');

describe('snapcheck atlas', () => {
  beforeAll(() => {
    const { status, stderr } = run(...ask, '--out', 'whole', '--workers', '1');
    expect(status, stderr).toBe(0);
  });

  it('writes the atlas, and a picture for each claim', () => {
    const atlas = JSON.parse(bytes('whole', 'atlas.json'));
    expect(atlas).toMatchObject({ schema: 1, seed: 3, width: 0.8, shard: null, confidence: 0.99 });
    expect(atlas.cells).toHaveLength(3 * 7 * 4);
    for (const claim of ['discriminative', 'frequency', 'sparsification', 'snap'])
      expect(bytes('whole', `atlas-${claim}.svg`)).toContain('etaY/etaZ');
  });

  it('gives the same bytes after being killed at any time and continued with other workers', async () => {
    const uniform = uniformStream(11);
    let killed = 0;
    for (let attempt = 0; attempt < 2; attempt++) {
      const child = spawn(process.execPath, [main, ...ask, '--out', 'killed', '--workers', '2'], {
        cwd: folder,
        stdio: 'ignore',
      });
      const timer = setTimeout(() => child.kill('SIGKILL'), 300 + 900 * uniform());
      const signal = await new Promise((resolve) => child.on('exit', (_, s) => resolve(s)));
      clearTimeout(timer);
      if (signal === 'SIGKILL') killed++;
    }
    expect(killed).toBeGreaterThan(0);
    // An incomplete last line, as after a crash.
    const file = join(folder, 'killed', 'cells.jsonl');
    if (existsSync(file)) appendFileSync(file, '{"claim":"snap","sett');
    expect(run(...ask, '--out', 'killed', '--workers', '1').status).toBe(0);
    expect(bytes('killed', 'atlas.json')).toBe(bytes('whole', 'atlas.json'));
  });

  it('keeps its cells at SIGINT, reports it, and exits with 130', async () => {
    const child = spawn(
      process.execPath,
      [main, ...ask.map((word) => (word === '0.8' ? '0.2' : word)), '--out', 'cut', '--workers', '1'],
      { cwd: folder },
    );
    let told = '';
    child.stderr.on('data', (chunk: Buffer) => {
      told += chunk;
      if (/[1-9]\d* of 84 cells done/.test(told) && !child.killed) child.kill('SIGINT');
    });
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect(code, told).toBe(130);
    expect(told).toContain('the same command continues from there');
    expect(bytes('cut', 'cells.jsonl').trim().split('\n').length).toBeGreaterThan(1);
  });

  it('gives the same bytes from three shards', async () => {
    for (const i of [1, 2, 3])
      expect((await runHere(...ask, '--out', 'parts', '--workers', '1', '--shard', `${i}/3`)).status).toBe(0);
    const files = [3, 1, 2].map((i) => join('parts', `atlas-${i}-of-3.json`));
    // No cell is decided twice.
    expect(files.map((file) => JSON.parse(bytes(file)).cells.length)).toEqual([28, 28, 28]);
    const merged = await runHere('atlas', '--merge', ...files, '--out', 'merged', '--json');
    expect(merged.status, merged.stderr).toBe(0);
    expect(bytes('merged', 'atlas.json')).toBe(bytes('whole', 'atlas.json'));
    expect(merged.stdout).toBe(bytes('whole', 'atlas.json'));
    expect(bytes('merged', 'atlas-snap.svg')).toBe(bytes('whole', 'atlas-snap.svg'));

    const some = await runHere('atlas', '--merge', ...files.slice(1), '--out', 'merged');
    expect(some.status).toBe(2);
    expect(some.stderr).toMatch(/28 of 84 cells are missing from the files/);
  });

  it('does not use the cells of another run', async () => {
    cpSync(join(folder, 'whole'), join(folder, 'other'), { recursive: true });
    const { status, stderr } = await runHere(...ask.slice(0, -1), '4', '--out', 'other');
    expect(status).toBe(2);
    expect(stderr).toContain('holds the cells of another run');
    expect(bytes('other', 'cells.jsonl')).toBe(bytes('whole', 'cells.jsonl'));
  });

  it('refuses damaged cells, and does not change their file', async () => {
    const text = bytes('whole', 'cells.jsonl');
    const lines = text.trimEnd().split('\n');
    const damaged = {
      'a line that is no JSON': text.replace(lines[3], '{"claim":"snap"'),
      'a count that is not its limits': text.replace(/"violated":(\d+)/, '"violated":1$1'),
      'a line twice': `${text}${lines[5]}\n`,
      'a cell of no setting': text.replace('momentum=0 ', 'momentum=7 '),
      'an empty line': `${text}\n`,
    };
    for (const [name, broken] of Object.entries(damaged)) {
      cpSync(join(folder, 'whole'), join(folder, 'damaged'), { recursive: true });
      writeFileSync(join(folder, 'damaged', 'cells.jsonl'), broken);
      const { status, stderr } = await runHere(...ask, '--out', 'damaged');
      expect([name, status]).toEqual([name, 2]);
      expect(stderr).toMatch(/damaged: repair it, or delete it/);
      expect(stderr).toMatch(/line \d+: /);
      expect(bytes('damaged', 'cells.jsonl')).toBe(broken);
    }
  });

  it('refuses bad input with all faults', async () => {
    writeFileSync(join(folder, 'broken.json'), '{"schema": 1');
    const { status, stderr } = await runHere(
      ...[
        'atlas',
        '--claims',
        'snip',
        '--slices',
        'momentums',
        '--seed',
        'x',
        '--width',
        '0',
        '--shard',
        '4/3',
      ],
      ...['--workers', '0', '--color', 'stray', '--merge', 'broken.json', 'absent.json'],
    );
    expect(status).toBe(2);
    for (const part of [
      '"snap"',
      '"momentum"',
      '--seed',
      '--width',
      '--shard',
      '--workers',
      '--color',
      'broken',
      'absent',
    ])
      expect(stderr).toContain(part);
  });

  it('refuses numbers that do not follow from the counts', async () => {
    const text = bytes('whole', 'atlas.json');
    writeFileSync(join(folder, 'forged.json'), text.replace(/"violated":(\d+)/, '"violated":1$1'));
    const { status, stderr } = await runHere('atlas', '--merge', 'forged.json', '--out', 'forged');
    expect(status).toBe(2);
    expect(stderr).toMatch(/limits that do not follow from the counts|expected at most 32 violated worlds/);
  });
});
